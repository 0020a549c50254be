use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use wagon_test_kit::Gateway;

use super::crowd::{Crowd, PASSWORD, refused};
use super::issuer::{Issuer, Key, claims, now};
use crate::support::string;

/// A crowd whose gateway believes the issuer, with Ada in it as a member.
async fn crowd(issuer: &Issuer) -> Crowd {
    let crowd = Crowd::start_with(issuer.trusted_by(Gateway::builder())).await;
    let members = format!("/organizations/{}/members", crowd.org);
    let ada = json!({ "email": "ada@example.com", "password": PASSWORD });
    crowd.root.post(&members, ada).await.expect(201);
    crowd
}

fn changed(mut claims: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[tokio::test]
async fn an_issuer_vouches_for_people_with_every_kind_of_key() {
    let issuer = Issuer::start().await;
    let (ed, ec, rsa) = (Key::ed(), Key::ec(), Key::rsa());
    let keys = [("ed", &ed), ("ec", &ec), ("rsa", &rsa)];
    issuer.publish(&keys);
    let crowd = crowd(&issuer).await;
    for (kid, key) in keys {
        let ada = crowd
            .program()
            .with_key(&key.token(kid, &claims("ada-there", "Ada@example.com")));
        let me = ada.get("/me").await.expect(200);
        assert_eq!(me["user"]["email"], "ada@example.com");
        assert_eq!(
            (&me["organizationId"], &me["orgRole"]),
            (&json!(crowd.org), &json!("member"))
        );
        assert_eq!(refused(ada.get("/sessions").await, 403), "forbidden");
    }
    assert_eq!(issuer.fetched(), 1);
    // The first token has said who it is, so later ones need not name the address.
    let bare = changed(
        claims("ada-there", ""),
        &json!({ "email": null, "role": "super_admin", "orgRole": "owner" }),
    );
    let ada = crowd.program().with_key(&ed.token("ed", &bare));
    assert_eq!(ada.get("/me").await.expect(200)["user"]["superAdmin"], false);
    assert_eq!(refused(ada.get("/users").await, 403), "forbidden");
}

#[tokio::test]
async fn tokens_that_are_not_for_us_are_refused() {
    let issuer = Issuer::start().await;
    let (ed, rsa, other) = (Key::ed(), Key::rsa(), Key::ed());
    issuer.publish(&[("ed", &ed), ("rsa", &rsa)]);
    let crowd = crowd(&issuer).await;
    let good = claims("ada-there", "ada@example.com");
    let past = now() - 3600;
    let with = |changes: Value| ed.token("ed", &changed(good.clone(), &changes));
    let header = |alg: &str| json!({ "alg": alg, "kid": "rsa" });
    let shared = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &rsa.public_bytes());
    let confused = {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header("HS256")), encode(&good));
        let tag = ring::hmac::sign(&shared, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
    };
    for (why, token) in [
        ("issuer", with(json!({ "iss": "https://evil.example.com" }))),
        ("audience", with(json!({ "aud": "others" }))),
        ("expired", with(json!({ "exp": past }))),
        ("no expiry", with(json!({ "exp": null }))),
        ("not yet", with(json!({ "nbf": now() + 3600 }))),
        ("unverified address", with(json!({ "email_verified": false }))),
        ("nobody", with(json!({ "email": "nobody@example.com" }))),
        (
            "foreign organisation",
            with(json!({ "activeOrganizationId": "org_unknown" })),
        ),
        ("another's key", other.token("ed", &good)),
        ("unknown key", ed.token("unknown", &good)),
        ("no key", ed.token_with(&json!({ "alg": "EdDSA" }), &good)),
        ("key of another kind", ed.token("rsa", &good)),
        (
            "algorithm of another kind",
            rsa.token_with(&header("EdDSA"), &good),
        ),
        (
            "algorithm the key is not for",
            rsa.token_with(&header("RS512"), &good),
        ),
        ("public key as shared secret", confused),
        (
            "no signature",
            format!(
                "{}.",
                ed.token_with(&json!({ "alg": "none", "kid": "ed" }), &good)
            ),
        ),
    ] {
        let answer = crowd.program().with_key(&token).get("/me").await;
        assert_eq!(refused(answer, 401), "unauthorized", "{why}");
    }
    crowd
        .program()
        .with_key(&with(json!({})))
        .get("/me")
        .await
        .expect(200);
}

#[tokio::test]
async fn a_key_set_outlives_the_issuers_server() {
    let issuer = Issuer::start().await;
    let (old, next) = (Key::ed(), Key::ec());
    issuer.publish(&[("old", &old)]);
    let crowd = crowd(&issuer).await;
    let good = claims("ada-there", "ada@example.com");
    let call = async |key: &Key, kid: &str| crowd.program().with_key(&key.token(kid, &good)).get("/me").await;
    call(&old, "old").await.expect(200);
    issuer.fail();
    call(&old, "old").await.expect(200);
    // Whoever makes up key ids does not make the gateway ask each time.
    for kid in ["made", "up"] {
        call(&next, kid).await.expect(401);
    }
    assert_eq!(issuer.fetched(), 1);
}

#[tokio::test]
async fn an_issuer_that_cannot_be_reached_at_first_is_asked_again() {
    let issuer = Issuer::start().await;
    let key = Key::ed();
    issuer.fail();
    let crowd = crowd(&issuer).await;
    let token = key.token("ed", &claims("ada-there", "ada@example.com"));
    let ada = crowd.program().with_key(&token);
    ada.get("/me").await.expect(401);
    issuer.publish(&[("ed", &key)]);
    wagon_test_kit::wait_until(
        wagon_test_kit::DEADLINE,
        "the issuer to be believed",
        async || {
            let answer = ada.get("/me").await;
            if answer.status == 200 { Ok(()) } else { Err(answer) }
        },
    )
    .await;
    let user = string(&ada.get("/me").await.expect(200)["user"], "id");
    crowd
        .root
        .patch(&format!("/users/{user}"), json!({ "disabled": true }))
        .await
        .expect(200);
    ada.get("/me").await.expect(401);
}

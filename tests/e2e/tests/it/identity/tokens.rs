use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, wait_until};

use super::crowd::{Crowd, PASSWORD, ROOT, configured, refused, sign_in};
use crate::support::{string, wagon};

async fn jwks(gateway: &Gateway) -> Vec<Value> {
    let url = format!("{}/.well-known/jwks.json", gateway.base_url());
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    let set: Value = serde_json::from_str(&text).unwrap();
    set["keys"].as_array().unwrap().clone()
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Whether the key of the set that the token names has signed it, by what a third party knows.
fn is_signed(token: &str, keys: &[Value]) -> bool {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let kid = &part(token, 0)["kid"];
    let key = keys.iter().find(|key| key["kid"] == *kid).unwrap();
    let public = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    UnparsedPublicKey::new(&ED25519, public)
        .verify(signed.as_bytes(), &signature)
        .is_ok()
}

#[tokio::test]
async fn others_verify_a_token_with_the_published_keys() {
    let public = Gateway::builder().env("WAGON_PUBLIC_URL", "https://wagon.example.com");
    let gateway = configured(public).start().await;
    let session = sign_in(&gateway, ROOT, PASSWORD).await;
    let token = string(&session, "accessToken");
    let keys = jwks(&gateway).await;
    assert_eq!(keys.len(), 1);
    for (field, value) in [
        ("kty", "OKP"),
        ("crv", "Ed25519"),
        ("alg", "EdDSA"),
        ("use", "sig"),
    ] {
        assert_eq!(keys[0][field], value);
    }
    assert_eq!(keys[0].get("d"), None);
    assert!(is_signed(&token, &keys));
    assert_eq!(part(&token, 0)["alg"], "EdDSA");
    let claims = part(&token, 1);
    assert_eq!(claims["iss"], "https://wagon.example.com");
    assert_eq!(claims["aud"], claims["iss"]);
    assert_eq!(claims["sub"], session["user"]["id"]);
    assert_eq!(claims["activeOrganizationId"], session["organizationId"]);
    assert_eq!(
        (&claims["orgRole"], &claims["role"]),
        (&json!("owner"), &json!("super_admin"))
    );
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        300
    );
    assert!(!gateway.log().contains(&token));
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let crowd = Crowd::start().await;
    let session = sign_in(&crowd.gateway, ROOT, PASSWORD).await;
    let token = string(&session, "accessToken");
    let (header, claims) = (part(&token, 0), part(&token, 1));
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = token.rsplit('.').next().unwrap();
    let with = |value: &Value, field: &str, new: Value| {
        let mut value = value.clone();
        value[field] = new;
        encode(&value)
    };
    for forged in [
        format!(
            "{}.{}.{signature}",
            encode(&header),
            with(&claims, "sub", json!("usr_other"))
        ),
        format!(
            "{}.{}.{signature}",
            encode(&header),
            with(&claims, "exp", json!(4_000_000_000_i64))
        ),
        format!(
            "{}.{}.{signature}",
            with(&header, "alg", json!("HS256")),
            encode(&claims)
        ),
        format!(
            "{}.{}.{signature}",
            with(&header, "alg", json!("none")),
            encode(&claims)
        ),
        format!(
            "{}.{}.{signature}",
            with(&header, "kid", json!("tk_other")),
            encode(&claims)
        ),
        format!("{}.{}.AAAA", encode(&header), encode(&claims)),
    ] {
        let answer = crowd.program().with_key(&forged).get("/me").await;
        assert_eq!(refused(answer, 401), "unauthorized", "{forged}");
    }
    crowd.program().with_key(&token).get("/me").await.expect(200);
}

#[tokio::test]
async fn a_rotated_key_signs_no_more_and_still_verifies() {
    let mut crowd = Crowd::start().await;
    let before = jwks(&crowd.gateway).await;
    let rotated = crowd.root.invoke("/admin/token-keys:rotate").await.expect(200);
    let after = jwks(&crowd.gateway).await;
    assert_eq!((&after[0]["kid"], &after[1]), (&rotated["kid"], &before[0]));
    crowd.root.get("/me").await.expect(200);
    let session = sign_in(&crowd.gateway, ROOT, PASSWORD).await;
    assert_eq!(part(&string(&session, "accessToken"), 0)["kid"], rotated["kid"]);

    crowd.gateway.terminate().await;
    wagon(crowd.gateway.data_dir(), ["token-keys", "rotate"])
        .await
        .expect_success();
    crowd.gateway.start_again().await;
    assert_eq!(jwks(&crowd.gateway).await.len(), 3);
    let old = crowd.gateway.v1().with_key(&string(&session, "accessToken"));
    wait_until(DEADLINE, "the old token to count after the restart", async || {
        let answer = old.get("/me").await;
        if answer.status == 200 { Ok(()) } else { Err(answer) }
    })
    .await;
}

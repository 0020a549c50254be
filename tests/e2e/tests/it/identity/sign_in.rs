use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, wait_until};

use super::crowd::{Crowd, PASSWORD, ROOT, configured, refused, sign_in};
use crate::support::string;

#[tokio::test]
async fn a_person_signs_in_and_acts_in_their_organisation() {
    let gateway = configured(Gateway::builder()).start().await;
    let session = sign_in(&gateway, " Root@Example.com ", PASSWORD).await;
    assert_eq!(session["tokenType"], "Bearer");
    assert_eq!(session["expiresInSeconds"], 300);
    assert_eq!(session["orgRole"], "owner");
    assert_eq!(session["user"]["email"], ROOT);
    assert_eq!(session["user"]["superAdmin"], true);
    let root = gateway.v1().with_key(&string(&session, "accessToken"));
    assert_eq!(root.get("/sessions").await.expect(200), json!({ "data": [] }));
    let me = root.get("/me").await.expect(200);
    assert_eq!(me["type"], "user");
    assert_eq!(me["organizationId"], session["organizationId"]);
    assert_eq!(
        me["capabilities"],
        json!(["read", "send", "manage", "events", "admin"])
    );
    assert_eq!(me["organizations"][0]["role"], "owner");
    assert!(!gateway.log().contains(PASSWORD));
}

#[tokio::test]
async fn failures_look_the_same_whatever_the_reason() {
    let crowd = Crowd::start().await;
    let (_, user) = crowd.join("ada@example.com", "member").await;
    let disabled = json!({ "disabled": true });
    crowd
        .root
        .patch(&format!("/users/{user}"), disabled)
        .await
        .expect(200);
    let nobody = crowd.gateway.v1().anonymous();
    let mut answers = Vec::new();
    for (email, password) in [
        (ROOT, "wrong horse battery"),
        ("nobody@example.com", PASSWORD),
        ("ada@example.com", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let body = json!({ "email": email, "password": password });
        answers.push(nobody.post("/auth/sign-in", body).await.expect(401));
    }
    let expected = json!({ "error": {
        "code": "unauthorized", "message": "invalid email, password or token",
    }});
    assert!(answers.iter().all(|answer| *answer == expected), "{answers:#?}");
    let missing = nobody.post("/auth/sign-in", json!({ "email": ROOT })).await;
    assert_eq!(refused(missing, 400), "validation_error");
    let foreign = json!({ "email": ROOT, "password": PASSWORD, "organizationId": "org_unknown" });
    assert_eq!(
        refused(nobody.post("/auth/sign-in", foreign).await, 404),
        "not_found"
    );
}

#[tokio::test]
async fn guessing_is_stopped_and_the_owner_elsewhere_is_not() {
    let proxied = Gateway::builder().env("WAGON_TRUSTED_PROXIES", "127.0.0.1");
    let gateway = configured(proxied).start().await;
    let nobody = gateway.v1().anonymous();
    let attempt = async |from: &str, password: &str| {
        let body = json!({ "email": ROOT, "password": password });
        let request = nobody.request(Method::POST, "/auth/sign-in").json(&body);
        nobody.send(request.header("x-forwarded-for", from)).await
    };
    for _ in 0..10 {
        attempt("192.0.2.1", "wrong horse battery").await.expect(401);
    }
    let stopped = attempt("192.0.2.1", PASSWORD).await;
    let wait: u64 = stopped.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    let body = stopped.expect(429);
    assert_eq!(body["error"]["code"], "rate_limited");
    assert_eq!(body["error"]["details"]["retryAfterSeconds"], wait);
    attempt("192.0.2.2", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_sign_out_ends_it() {
    let gateway = configured(Gateway::builder()).start().await;
    let nobody = gateway.v1().anonymous();
    let refresh = async |token: &Value| {
        nobody
            .post("/auth/refresh", json!({ "refreshToken": token }))
            .await
    };
    let first = sign_in(&gateway, ROOT, PASSWORD).await;
    let second = refresh(&first["refreshToken"]).await.expect(200);
    assert_ne!(first["refreshToken"], second["refreshToken"]);
    let root = gateway.v1().with_key(&string(&second, "accessToken"));
    root.get("/me").await.expect(200);

    let out = json!({ "refreshToken": second["refreshToken"] });
    nobody.post("/auth/sign-out", out.clone()).await.expect(204);
    nobody.post("/auth/sign-out", out).await.expect(204);
    for token in [
        &first["refreshToken"],
        &second["refreshToken"],
        &json!("wrt_unknown"),
    ] {
        assert_eq!(refused(refresh(token).await, 401), "unauthorized");
    }
}

#[tokio::test]
async fn a_refresh_token_that_somebody_shows_again_ends_the_sign_in_of_all_who_have_one() {
    let gateway = configured(Gateway::builder()).start().await;
    let nobody = gateway.v1().anonymous();
    let refresh = async |token: &Value| {
        nobody
            .post("/auth/refresh", json!({ "refreshToken": token }))
            .await
    };
    let elsewhere = sign_in(&gateway, ROOT, PASSWORD).await;
    let first = sign_in(&gateway, ROOT, PASSWORD).await;
    let second = refresh(&first["refreshToken"]).await.expect(200);
    // For a while it is taken for a repeat of the same client, which lost the answer.
    let repeated = refresh(&first["refreshToken"]).await.expect(200);
    wait_until(DEADLINE * 3, "the end of the grace", async || {
        let shown = refresh(&first["refreshToken"]).await;
        if shown.status == 401 { Ok(()) } else { Err(shown) }
    })
    .await;
    for token in [&second["refreshToken"], &repeated["refreshToken"]] {
        assert_eq!(refused(refresh(token).await, 401), "unauthorized");
    }

    // The sign-in elsewhere is another one.
    let again = refresh(&elsewhere["refreshToken"]).await.expect(200);
    let root = gateway.v1().with_key(&string(&again, "accessToken"));
    let noted = root
        .get("/admin/audit?action=auth.refresh_reused")
        .await
        .expect(200);
    assert_eq!(noted["data"].as_array().unwrap().len(), 1, "{noted}");
    assert_eq!(noted["data"][0]["target"], first["user"]["id"]);
}

#[tokio::test]
async fn a_password_is_changed_with_the_one_before_it_and_ends_sign_ins() {
    let gateway = configured(Gateway::builder()).start().await;
    let session = sign_in(&gateway, ROOT, PASSWORD).await;
    let root = gateway.v1().with_key(&string(&session, "accessToken"));
    let next = "another horse battery";
    for (body, words) in [
        (
            json!({ "password": next }),
            "currentPassword is required for a new password",
        ),
        (
            json!({ "password": next, "currentPassword": "wrong horse" }),
            "currentPassword is not right",
        ),
        (
            json!({ "password": "short", "currentPassword": PASSWORD }),
            "password must have between 10 and 256 characters",
        ),
    ] {
        assert_eq!(
            root.patch("/me", body).await.expect(400)["error"]["message"],
            words
        );
    }
    let body = json!({ "name": "Root", "password": next, "currentPassword": PASSWORD });
    root.patch("/me", body).await.expect(204);
    assert_eq!(root.get("/me").await.expect(200)["user"]["name"], "Root");
    let nobody = gateway.v1().anonymous();
    let old = json!({ "refreshToken": session["refreshToken"] });
    nobody.post("/auth/refresh", old).await.expect(401);
    let old = json!({ "email": ROOT, "password": PASSWORD });
    nobody.post("/auth/sign-in", old).await.expect(401);
    sign_in(&gateway, ROOT, next).await;
    let program = gateway.v1().patch("/me", json!({ "name": "x" })).await;
    assert_eq!(refused(program, 403), "forbidden");
}

#[tokio::test]
async fn sign_ins_survive_a_crash() {
    let mut gateway = configured(Gateway::builder()).start().await;
    let session = sign_in(&gateway, ROOT, PASSWORD).await;
    gateway.kill_9().await;
    gateway.start_again().await;
    let root = gateway.v1().with_key(&string(&session, "accessToken"));
    root.get("/me").await.expect(200);
    let body = json!({ "refreshToken": session["refreshToken"] });
    gateway
        .v1()
        .anonymous()
        .post("/auth/refresh", body)
        .await
        .expect(200);
}

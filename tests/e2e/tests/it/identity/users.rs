use serde_json::{Value, json};

use super::crowd::{Crowd, PASSWORD, refused, sign_in};
use crate::support::string;

#[tokio::test]
async fn those_who_run_the_gateway_look_after_its_people() {
    let crowd = Crowd::start().await;
    let body = json!({
        "email": "Ada@example.com", "name": "Ada", "password": PASSWORD,
        "organizationId": crowd.org, "role": "admin",
    });
    let ada = crowd.root.post("/users", body.clone()).await.expect(201);
    assert_eq!(ada["email"], "ada@example.com");
    assert_eq!(
        (&ada["superAdmin"], &ada["disabled"]),
        (&json!(false), &json!(false))
    );
    assert!(!ada.to_string().contains("argon2"));
    assert_eq!(refused(crowd.root.post("/users", body).await, 409), "conflict");

    let path = format!("/users/{}", string(&ada, "id"));
    assert_eq!(crowd.root.get(&path).await.expect(200), ada);
    let listed = crowd.root.get("/users?limit=1").await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let rest = format!("/users?cursor={}", string(&listed, "nextCursor"));
    assert_eq!(crowd.root.get(&rest).await.expect(200)["data"], json!([ada]));

    let other = json!({ "email": "countess@example.com", "name": "", "password": "another horse battery" });
    let changed = crowd.root.patch(&path, other).await.expect(200);
    assert_eq!(
        (&changed["email"], &changed["name"]),
        (&json!("countess@example.com"), &Value::Null)
    );
    sign_in(&crowd.gateway, "countess@example.com", "another horse battery").await;
    crowd.root.delete(&path).await.expect(204);
    assert_eq!(refused(crowd.root.get(&path).await, 404), "not_found");
    assert_eq!(refused(crowd.root.delete(&path).await, 404), "not_found");
}

#[tokio::test]
async fn what_makes_no_sense_is_named() {
    let crowd = Crowd::start().await;
    for (body, words) in [
        (json!({ "email": "ada" }), "email must be an email address"),
        (
            json!({ "email": "ada@example.com", "password": "short" }),
            "password must have between 10 and 256 characters",
        ),
        (
            json!({ "email": "ada@example.com", "role": "owner" }),
            "role goes with an organizationId",
        ),
    ] {
        assert_eq!(
            crowd.root.post("/users", body).await.expect(400)["error"]["message"],
            words
        );
    }
    let foreign = json!({ "email": "ada@example.com", "organizationId": "org_unknown" });
    assert_eq!(
        refused(crowd.root.post("/users", foreign).await, 404),
        "not_found"
    );
    for body in [json!({}), json!({ "email": "ada@example.com", "power": 1 })] {
        assert_eq!(
            refused(crowd.root.post("/users", body).await, 400),
            "validation_error"
        );
    }
    crowd.root.get("/users/nonsense").await.expect(404);
}

#[tokio::test]
async fn a_disabled_person_is_out_at_once() {
    let crowd = Crowd::start().await;
    let (ada, id) = crowd.join("ada@example.com", "admin").await;
    let session = sign_in(&crowd.gateway, "ada@example.com", PASSWORD).await;
    ada.get("/sessions").await.expect(200);
    let path = format!("/users/{id}");
    crowd
        .root
        .patch(&path, json!({ "disabled": true }))
        .await
        .expect(200);
    assert_eq!(refused(ada.get("/sessions").await, 401), "unauthorized");
    let refresh = json!({ "refreshToken": session["refreshToken"] });
    crowd
        .root
        .anonymous()
        .post("/auth/refresh", refresh)
        .await
        .expect(401);
    crowd
        .root
        .patch(&path, json!({ "disabled": false }))
        .await
        .expect(200);
    sign_in(&crowd.gateway, "ada@example.com", PASSWORD).await;
}

#[tokio::test]
async fn somebody_goes_on_running_the_gateway() {
    let crowd = Crowd::start().await;
    let root = string(&crowd.root.get("/me").await.expect(200)["user"], "id");
    let path = format!("/users/{root}");
    for changes in [json!({ "superAdmin": false }), json!({ "disabled": true })] {
        assert_eq!(refused(crowd.root.patch(&path, changes).await, 409), "conflict");
    }
    assert_eq!(refused(crowd.root.delete(&path).await, 409), "conflict");
}

//! Who may do what: each operation without a key, without the capability, and for somebody else's webhook.

use reqwest::Method;
use serde_json::{Value, json};

use super::hooked::Hooked;
use crate::support::{foreign_key, limited_key, string, wagon};

#[tokio::test]
async fn every_operation_asks_who_is_there() {
    let hooked = Hooked::start().await;
    let id = hooked.register("hook", json!({})).await;
    hooked.receive(&["hello".to_owned()]).await;
    let delivery = string(&hooked.wait_deliveries(&id, "delivered", 1).await[0], "id");
    let body = json!({ "url": "https://example.com", "events": ["*"] });
    let one = format!("/webhooks/{id}");
    let operations = [
        (Method::GET, "/webhooks".to_owned(), None),
        (Method::POST, "/webhooks".to_owned(), Some(body)),
        (Method::GET, one.clone(), None),
        (Method::PATCH, one.clone(), Some(json!({ "active": true }))),
        (Method::GET, format!("{one}/deliveries"), None),
        (Method::GET, format!("{one}/deliveries/{delivery}"), None),
        (
            Method::POST,
            format!("{one}/deliveries/{delivery}:redeliver"),
            None,
        ),
        (Method::POST, format!("{one}:test"), None),
        (
            Method::POST,
            format!("{one}:redeliver"),
            Some(json!({ "since": 0 })),
        ),
        (Method::POST, format!("{one}:rotate-secret"), Some(json!({}))),
        (Method::DELETE, one, None),
    ];
    let data = hooked.scene.gateway.data_dir();
    let capabilities = "read,send,events";
    let weak = wagon(
        data,
        ["keys", "create", "--name", "weak", "--capabilities", capabilities],
    )
    .await;
    let weak = hooked.v1().with_key(weak.expect_success().trim());
    let foreign = hooked
        .v1()
        .with_key(&foreign_key(&hooked.scene.gateway, "manage").await);
    let anonymous = hooked.v1().anonymous();
    for (method, path, body) in operations {
        let call = async |v1: &wagon_test_kit::V1| {
            let request = v1.request(method.clone(), &path);
            v1.send(match &body {
                Some(body) => request.json(body),
                None => request,
            })
            .await
        };
        let error = |body: Value| body["error"]["code"].clone();
        assert_eq!(
            error(call(&anonymous).await.expect(401)),
            "unauthorized",
            "{method} {path}"
        );
        assert_eq!(
            error(call(&weak).await.expect(403)),
            "forbidden",
            "{method} {path}"
        );
        if path != "/webhooks" {
            assert_eq!(
                error(call(&foreign).await.expect(404)),
                "not_found",
                "{method} {path}"
            );
        }
    }
    assert_eq!(foreign.get("/webhooks").await.expect(200), json!({ "data": [] }));
    let theirs = json!({ "url": "https://example.com", "events": ["*"], "sessionId": hooked.scene.session });
    foreign.post("/webhooks", theirs).await.expect(404);
    let unknown = format!("/webhooks/{id}/deliveries/dlv_unknown");
    hooked.v1().get(&unknown).await.expect(404);
    hooked
        .v1()
        .invoke(&format!("{unknown}:redeliver"))
        .await
        .expect(404);
    hooked.v1().get("/webhooks/nonsense").await.expect(404);
}

#[tokio::test]
async fn a_key_for_one_session_hears_of_that_one_only() {
    let hooked = Hooked::start().await;
    let everything = hooked.register("all", json!({})).await;
    let session = hooked.scene.session.as_str();
    let limited = hooked
        .v1()
        .with_key(&limited_key(&hooked.scene.gateway, "manage", session).await);
    let body = json!({ "url": "https://example.com", "events": ["*"] });
    limited.post("/webhooks", body.clone()).await.expect(403);
    limited.get(&format!("/webhooks/{everything}")).await.expect(404);
    let mut own = body;
    own["sessionId"] = session.into();
    let made = limited.post("/webhooks", own).await.expect(201);
    let path = format!("/webhooks/{}", string(&made, "id"));
    limited
        .patch(&path, json!({ "sessionId": null }))
        .await
        .expect(403);
    assert_eq!(
        limited.get("/webhooks").await.expect(200),
        json!({ "data": [made] })
    );
}

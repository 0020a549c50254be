//! The key, the gateway's health, and what is not offered.

use serde_json::{Value, json};
use wagon_test_kit::OpenWaSdk;

use super::Stage;
use crate::support::{limited_key, string};

/// The page that says what is not offered, and why.
const PAGE: &str = include_str!("../../../../../docs/openwa.md");

#[tokio::test]
async fn a_key_is_told_what_it_may_do() {
    let mut stage = Stage::start().await;
    let all = stage.sdk.call("auth", json!([])).await;
    assert_eq!(
        (&all["valid"], &all["role"], &all["scoped"]),
        (&json!(true), &json!("admin"), &json!(false))
    );
    let scene = &stage.scene;
    let key = limited_key(&scene.gateway, "read", &scene.session).await;
    let mut viewer = OpenWaSdk::start_with(&scene.gateway, &key);
    let some = viewer.call("auth", json!([])).await;
    assert_eq!((&some["role"], &some["scoped"]), (&json!("viewer"), &json!(true)));
    let text = json!([scene.session, { "chatId": "15550000001@c.us", "text": "Hi" }]);
    let refused = viewer.raises("messages.send_text", text).await;
    assert_eq!(refused["type"], "OpenWAForbiddenError", "{refused}");
    let mut stranger = OpenWaSdk::start_with(&scene.gateway, "no-such-key");
    let refused = stranger.raises("auth", json!([])).await;
    assert_eq!(refused["type"], "OpenWAAuthError", "{refused}");
}

#[tokio::test]
async fn the_gateway_says_how_it_is() {
    let mut stage = Stage::start().await;
    let health = stage.sdk.call("health.check", json!([])).await;
    assert_eq!(health["status"], "ok");
    assert!(string(&health, "version").contains('.'), "{health}");
    assert_eq!(
        stage.sdk.call("health.live", json!([])).await,
        json!({ "status": "ok" })
    );
    let ready = stage.sdk.call("health.ready", json!([])).await;
    assert_eq!(
        (&ready["status"], &ready["details"]["dataDatabase"]["status"]),
        (&json!("ok"), &json!("up"))
    );
    stage.sdk.assert_all_called("health").await;
}

#[tokio::test]
async fn what_is_not_offered_says_so() {
    let mut stage = Stage::start().await;
    let session = json!(stage.scene.session);
    let methods = stage.sdk.methods().await;
    let mut refused = Vec::new();
    for method in methods
        .iter()
        .filter(|method| PAGE.contains(&format!("`{method}`")))
    {
        let args = match method.as_str() {
            "catalog.product" => json!([session, "7"]),
            "catalog.send_product" => json!([session, { "chatId": "15550000001@c.us", "productId": "7" }]),
            _ => json!([session]),
        };
        let error = stage.sdk.raises(method, args).await;
        assert_eq!(
            (&error["type"], &error["status"]),
            (&json!("OpenWANotImplementedError"), &json!(501)),
            "{method}"
        );
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| text.contains("not supported"))
        );
        refused.push(Value::from(method.as_str()));
    }
    assert_eq!(refused.len(), 4, "{refused:?}");
}

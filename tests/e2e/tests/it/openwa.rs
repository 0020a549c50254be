//! The OpenWA dialect on the same sessions: what it sends is what `/api/v1` would have sent.

use reqwest::Client;
use serde_json::{Value, json};
use wagon_test_kit::{Answer, DEADLINE, Gateway, MASTER_KEY, cast};

use crate::support::{Scene, string, text};

async fn send_text(scene: &Scene, body: &Value, key: Option<&str>) -> Answer {
    let url = format!(
        "{}/api/sessions/{}/messages/send-text",
        scene.gateway.base_url(),
        scene.session
    );
    let mut request = Client::new().post(url).header("x-api-key", MASTER_KEY).json(body);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    scene.gateway.v1().send(request).await
}

#[tokio::test]
async fn a_text_arrives_under_the_id_that_was_answered() {
    let scene = Scene::start(Gateway::builder()).await;
    let chat = format!("{}@c.us", cast::READER);
    let body = json!({ "chatId": chat, "text": "Hello from OpenWA!" });
    let sent = send_text(&scene, &body, Some("order-1")).await;
    assert!(!sent.headers.contains_key("idempotent-replayed"));
    let sent = sent.expect(201);
    let qualified = string(&sent, "messageId");
    let id = qualified
        .strip_prefix(&format!("true_{chat}_"))
        .unwrap_or_else(|| panic!("{qualified} does not name the chat"));
    let admin = scene.sandbox.admin();
    let entry = admin
        .wait_inbox(cast::READER, |entry| entry["id"] == id, DEADLINE)
        .await;
    assert_eq!(entry["text"], "Hello from OpenWA!");
    let seconds = sent["timestamp"].as_i64().unwrap();
    let jid = format!("{}@s.whatsapp.net", cast::READER);
    let stored = scene
        .gateway
        .v1()
        .get(&scene.path(&format!("/chats/{jid}/messages")))
        .await
        .expect(200);
    assert_eq!(stored["data"][0]["waMessageId"], id);
    assert_eq!(
        stored["data"][0]["timestamp"].as_i64().map(|ms| ms / 1000),
        Some(seconds)
    );

    let replay = send_text(&scene, &body, Some("order-1")).await;
    assert_eq!(replay.headers["idempotent-replayed"], "true");
    assert_eq!(replay.expect(201), sent);
    // The same request in the other dialect, and another one.
    let replay = scene
        .send(&text(&jid, "Hello from OpenWA!"), Some("order-1"))
        .await
        .expect(200);
    assert_eq!(
        (&replay["waMessageId"], &replay["replayed"]),
        (&json!(id), &json!(true))
    );
    let other = json!({ "chatId": chat, "text": "something else" });
    let refused = send_text(&scene, &other, Some("order-1")).await.expect(422);
    assert_eq!(refused["code"], "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn whatsapps_refusals_and_the_budget_have_its_words() {
    let scene = Scene::start(Gateway::builder().env("DEFAULT_RATE_PER_MIN", "2")).await;
    let body = json!({ "chatId": format!("{}@c.us", cast::READER), "text": "Hello" });
    let fault = json!({ "action": { "kind": "ack_error", "code": 463 }, "count": 1 });
    scene.sandbox.admin().fault(fault).await;
    let refused = send_text(&scene, &body, None).await.expect(429);
    assert_eq!(refused["error"], "Too Many Requests");
    assert!(string(&refused, "message").contains("463"), "{refused}");

    let scene = Scene::start(Gateway::builder().env("DEFAULT_RATE_PER_MIN", "1")).await;
    send_text(&scene, &body, None).await.expect(201);
    let answer = send_text(&scene, &body, None).await;
    assert!(answer.headers.contains_key("retry-after"));
    let refused = answer.expect(429);
    assert_eq!(refused["code"], "SEND_PACING_LIMITED");
    assert!(refused["retryAfterSeconds"].is_u64(), "{refused}");
}

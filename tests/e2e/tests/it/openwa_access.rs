//! Who may do what in the OpenWA dialect, in its order of checks and its words.

use serde_json::{Value, json};
use wagon_test_kit::{Answer, Gateway, Sandbox};

use crate::support::string;

/// Status and message of a refusal in the dialect's envelope.
#[track_caller]
fn refusal(answer: &Answer) -> (u16, &str) {
    let status = answer.status.as_u16();
    assert_eq!(answer.body["statusCode"], status, "{answer:?}");
    let message = answer.body["message"].as_str();
    (status, message.unwrap_or_else(|| panic!("{answer:?}")))
}

async fn key(gateway: &Gateway, body: Value) -> (String, String) {
    let made = gateway.v1().post("/keys", body).await.expect(201);
    (string(&made, "id"), string(&made, "key"))
}

#[tokio::test]
async fn every_check_has_its_words_and_its_turn() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let openwa = gateway.openwa();
    let mine = openwa
        .post("/sessions", json!({ "name": "my-session" }))
        .await
        .expect(201);
    let id = string(&mine, "id");
    let send = "/sessions/my-session/messages/send-text";
    let body = json!({ "chatId": "15550000001@c.us", "text": "hi" });

    let answer = openwa.anonymous().post(send, body.clone()).await;
    assert_eq!(refusal(&answer), (401, "API key is required"));
    let answer = openwa.with_key("wrong").post(send, body.clone()).await;
    assert_eq!(refusal(&answer), (401, "Invalid API key"));

    let (revoked, secret) = key(&gateway, json!({ "name": "gone" })).await;
    gateway.v1().delete(&format!("/keys/{revoked}")).await.expect(204);
    let answer = openwa.with_key(&secret).post(send, body.clone()).await;
    assert_eq!(refusal(&answer), (401, "API key is revoked"));

    let elsewhere = json!({ "name": "office", "addresses": ["192.0.2.0/24"], "sessions": [id] });
    let (_, secret) = key(&gateway, elsewhere).await;
    let answer = openwa
        .with_key(&secret)
        .post("/sessions/other/messages/send-text", body.clone())
        .await;
    assert_eq!(refusal(&answer), (401, "IP address not allowed"));

    // Neither is allowed: the session counts before the role.
    let reader = json!({ "name": "reader", "capabilities": ["read"], "sessions": [id] });
    let (_, secret) = key(&gateway, reader).await;
    let reader = openwa.with_key(&secret);
    let answer = reader
        .post("/sessions/other/messages/send-text", body.clone())
        .await;
    assert_eq!(refusal(&answer), (401, "API key not authorized for this session"));
    let answer = reader.post(send, body.clone()).await;
    let lowest = "Insufficient permissions. Required: operator";
    assert_eq!(refusal(&answer), (403, lowest));
    // Nor does a bad body come first.
    let answer = reader.post(send, json!({ "foo": 1 })).await;
    assert_eq!(refusal(&answer), (403, lowest));
    assert_eq!(reader.get("/sessions/my-session").await.expect(200)["id"], id);

    let answer = openwa.post(send, body.clone()).await;
    let message = "Session 'my-session' is not active. Start the session first.";
    assert_eq!(refusal(&answer), (400, message));
    let answer = openwa.post("/sessions/nobody/messages/send-text", body).await;
    let message = "Session 'nobody' is not active. Start the session first.";
    assert_eq!(refusal(&answer), (400, message));
    let answer = openwa.get("/sessions/nobody").await;
    assert_eq!(refusal(&answer), (404, "Session with id 'nobody' not found"));
}

#[tokio::test]
async fn a_key_for_sessions_sees_those_and_makes_none() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let openwa = gateway.openwa();
    let mut ids = Vec::new();
    for name in ["one-1", "two-2"] {
        let made = openwa
            .post("/sessions", json!({ "name": name }))
            .await
            .expect(201);
        ids.push(string(&made, "id"));
    }
    let limited = json!({ "name": "one", "capabilities": ["read", "send", "manage"], "sessions": [ids[0]] });
    let (_, secret) = key(&gateway, limited).await;
    let limited = openwa.with_key(&secret);
    let listed = limited.get("/sessions").await.expect(200);
    let names: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|session| &session["name"])
        .collect();
    assert_eq!(names, ["one-1"]);
    let answer = limited.post("/sessions", json!({ "name": "three-3" })).await;
    let message = "Session-scoped API keys are not permitted on this route";
    assert_eq!(refusal(&answer), (403, message));
}

//! Status updates of the gateway's number, as others see them.

use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE, Gateway};

use crate::support::{Scene, string};

#[tokio::test]
async fn a_text_is_shown_to_those_it_names_and_seen() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let ada = admin.account("Ada").await;
    let peer = Baileys::pair(admin, "Ada", &ada.pn).await;
    let path = scene.path("/status");
    let alone = v1.post(&path, json!({ "text": "anybody?" })).await.expect(400);
    assert!(alone["error"]["message"].as_str().unwrap().contains("audience"));

    let post = json!({
        "type": "text", "text": "Open today", "backgroundColor": "#104080", "font": 7, "audience": [ada.jid()],
    });
    let posted = v1.post(&path, post).await.expect(200);
    let id = string(&posted, "messageId");
    let shown = peer.wait_message(|message| message["id"] == id, DEADLINE).await;
    assert_eq!(
        (&shown["from"], &shown["text"]),
        (&json!("status@broadcast"), &json!("Open today"))
    );

    // Once there is a chat, nobody has to be named.
    peer.send(&scene.shop.jid(), "nice").await;
    let events = v1
        .events("events=message&since=evt_00000000000000000000000000")
        .await;
    events
        .wait_event(|event| event["payload"]["body"] == "nice", DEADLINE)
        .await;
    let posted = v1.post(&path, json!({ "text": "Closed now" })).await.expect(200);
    let id = string(&posted, "messageId");
    peer.wait_message(|message| message["id"] == id, DEADLINE).await;
    let stored = v1
        .get(&scene.path("/chats/status@broadcast/messages"))
        .await
        .expect(200);
    let bodies: Vec<&Value> = stored["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["body"])
        .collect();
    assert_eq!(bodies, ["Closed now", "Open today"]);
}

#[tokio::test]
async fn updates_of_others_arrive_as_messages() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=message").await;
    let ada = admin.account("Ada").await;
    let peer = Baileys::pair(admin, "Ada", &ada.pn).await;
    peer.command(json!({
        "cmd": "call", "method": "sendMessage",
        "args": ["status@broadcast", { "text": "On holiday" }, { "statusJidList": [scene.shop.jid()] }],
    }))
    .await;
    let event = events
        .wait_event(|event| event["payload"]["body"] == "On holiday", DEADLINE)
        .await;
    assert_eq!(event["payload"]["chatJid"], "status@broadcast");
    assert_eq!(event["payload"]["senderJid"], ada.jid());
}

#[tokio::test]
async fn what_cannot_be_shown_is_refused() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let path = scene.path("/status");
    let named = |mut body: Value| {
        body["audience"] = json!(["15550000001@s.whatsapp.net"]);
        body
    };
    for (body, word) in [
        (named(json!({ "text": "" })), "text"),
        (named(json!({ "text": "x".repeat(701) })), "text"),
        (
            named(json!({ "text": "hello", "backgroundColor": "blue" })),
            "backgroundColor",
        ),
        (named(json!({ "text": "hello", "type": "song" })), "type"),
        (
            json!({ "text": "hello", "audience": ["120363000000000001@g.us"] }),
            "audience",
        ),
        (json!({ "text": "hello", "audience": ["nobody"] }), "audience"),
    ] {
        let refused = v1.post(&path, body).await.expect(400);
        assert_eq!(refused["error"]["code"], "validation_error");
        assert!(refused.to_string().contains(word), "{refused}");
    }
    v1.invoke(&scene.path(":stop")).await.expect(200);
    v1.post(&path, named(json!({ "text": "hello" })))
        .await
        .expect(501);
}

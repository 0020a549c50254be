//! Status updates of the gateway's number, as others see them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wagon_test_kit::{Baileys, DEADLINE, Gateway};

use crate::support::{Scene, string};

const CLIP: &[u8] = include_bytes!("../../../../crates/sandbox/src/phone/scripts/samples/clip.mp4");
const VOICE: &[u8] = include_bytes!("../../../../crates/sandbox/src/phone/scripts/samples/voice.ogg");
const PIXELS: &[u8] = include_bytes!("../../assets/pixels.png");

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
async fn pictures_films_and_recordings_are_shown_as_they_are() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let ada = admin.account("Ada").await;
    let peer = Baileys::pair(admin, "Ada", &ada.pn).await;
    let path = scene.path("/status");
    for (kind, bytes, mimetype) in [
        ("image", PIXELS, "image/png"),
        ("video", CLIP, "video/mp4"),
        ("audio", VOICE, "audio/ogg"),
    ] {
        let post = json!({
            "type": kind, "text": "Look", "media": { "data": STANDARD.encode(bytes) },
            "backgroundColor": "#104080", "audience": [ada.jid()],
        });
        let id = string(&v1.post(&path, post).await.expect(200), "messageId");
        let shown = peer.wait_message(|message| message["id"] == id, DEADLINE).await;
        assert_eq!(
            (&shown["from"], &shown["type"]),
            (&json!("status@broadcast"), &json!(kind))
        );
        let file = peer
            .command(json!({ "cmd": "downloadMedia", "message": id }))
            .await;
        assert_eq!(file["sha256"], hex::encode(Sha256::digest(bytes)), "{file}");
        assert!(string(&file, "mimetype").starts_with(mimetype), "{file}");
        let inspected = peer.command(json!({ "cmd": "inspect", "message": id })).await;
        let content = &inspected["content"][format!("{kind}Message")];
        if kind == "audio" {
            assert_eq!(
                (&content["ptt"], &content["backgroundArgb"]),
                (&json!(true), &json!(0xff10_4080_u32))
            );
        } else {
            assert_eq!(content["caption"], "Look", "{inspected}");
        }

        // It is kept like any message, with its file.
        let kept = v1.get(&scene.path(&format!("/messages/{id}"))).await.expect(200);
        assert_eq!(
            (&kept["type"], &kept["fromMe"], &kept["hasMedia"]),
            (&json!(kind), &json!(true), &json!(true))
        );
        let media = v1.get(&scene.path(&format!("/messages/{id}/media"))).await;
        assert_eq!(media.headers["content-length"], bytes.len().to_string());
    }
}

#[tokio::test]
async fn an_update_is_taken_back_from_those_it_was_shown_to() {
    let scene = Scene::start(Gateway::builder()).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let ada = admin.account("Ada").await;
    let peer = Baileys::pair(admin, "Ada", &ada.pn).await;
    let events = v1.events("events=message").await;
    let post = json!({
        "type": "image", "media": { "data": STANDARD.encode(PIXELS) }, "audience": [ada.jid()],
    });
    let posted = v1.post(&scene.path("/status"), post).await.expect(200);
    let id = string(&posted, "messageId");
    peer.wait_message(|message| message["id"] == id, DEADLINE).await;

    let update = scene.path(&format!("/status/{id}"));
    v1.delete(&update).await.expect(204);
    peer.wait("revoke", |revoke| revoke["id"] == id, DEADLINE).await;
    let kept = v1.get(&scene.path(&format!("/messages/{id}"))).await.expect(200);
    assert_eq!(kept["deleted"], true);
    v1.get(&scene.path(&format!("/messages/{id}/media")))
        .await
        .expect(410);
    v1.delete(&update).await.expect(404);

    // What others show is theirs, and a message of a chat is no update.
    let theirs = json!({
        "cmd": "call", "method": "sendMessage",
        "args": ["status@broadcast", { "text": "On holiday" }, { "statusJidList": [scene.shop.jid()] }],
    });
    peer.command(theirs).await;
    let shown = events
        .wait_event(|event| event["payload"]["body"] == "On holiday", DEADLINE)
        .await;
    let theirs = string(&shown["payload"], "waMessageId");
    let sent = json!({ "type": "text", "to": ada.jid(), "text": "Hello" });
    let sent = string(&scene.send(&sent, None).await.expect(200), "messageId");
    for other in [theirs, sent] {
        v1.delete(&scene.path(&format!("/status/{other}")))
            .await
            .expect(404);
    }

    let posted = json!({ "text": "Open", "audience": [ada.jid()] });
    let posted = v1.post(&scene.path("/status"), posted).await.expect(200);
    v1.invoke(&scene.path(":stop")).await.expect(200);
    let update = scene.path(&format!("/status/{}", string(&posted, "messageId")));
    v1.delete(&update).await.expect(501);
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
        (named(json!({ "text": "hello", "type": "image" })), "media"),
        (
            named(json!({ "type": "video", "media": { "data": "a-_b" } })),
            "base64",
        ),
        (
            named(json!({ "type": "video", "media": { "url": "http://127.0.0.1/" } })),
            "media.url",
        ),
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

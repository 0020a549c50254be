use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, wait_until};

use super::{until, visited};
use crate::support::{Scene, is_message, text};

#[tokio::test]
async fn people_come_and_go_and_type() {
    let (scene, ada) = visited("hello").await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=presence.update").await;
    let path = scene.path(&format!("/chats/{}/presence", ada.jid()));
    let first = v1.get(&path).await.expect(200);
    assert_eq!(
        (&first["from"], &first["state"]),
        (&json!(ada.jid()), &json!("unavailable"))
    );

    admin.act(&ada.pn, "presence", json!({ "available": true })).await;
    let came = |event: &Value| event["payload"]["state"] == "available";
    let came = events.wait_event(came, DEADLINE).await;
    assert_eq!(
        came["payload"],
        json!({ "from": ada.jid(), "state": "available" })
    );
    until(&v1, &path, "the latest word", |word| word["state"] == "available").await;

    let typing = json!({ "to": scene.shop.pn, "state": "composing" });
    admin.act(&ada.pn, "chatstate", typing).await;
    let types = |event: &Value| event["payload"]["state"] == "composing";
    let types = events.wait_event(types, DEADLINE).await;
    assert_eq!(
        types["payload"],
        json!({ "chatJid": ada.jid(), "from": ada.jid(), "state": "composing" })
    );
    let recording = json!({ "to": scene.shop.pn, "state": "recording" });
    admin.act(&ada.pn, "chatstate", recording).await;
    events
        .wait_event(|event| event["payload"]["media"] == "audio", DEADLINE)
        .await;
    admin
        .act(&ada.pn, "presence", json!({ "available": false }))
        .await;
    let left = |event: &Value| event["payload"]["lastSeen"].is_i64();
    let left = events.wait_event(left, DEADLINE).await;
    assert_eq!(left["payload"]["unavailable"], true);
}

#[tokio::test]
async fn who_goes_silent_while_typing_has_paused() {
    let builder = Gateway::builder().env("WAGON_TYPING_ENDS_AFTER_SECONDS", "1");
    let scene = Scene::start(builder).await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let events = v1.events("events=presence.update,message").await;
    let ada = admin.account("Ada").await;
    admin.send(&ada.pn, &scene.shop.pn, "hello").await;
    events.wait_event(is_message("hello"), DEADLINE).await;
    let path = scene.path(&format!("/chats/{}/presence", ada.jid()));
    v1.get(&path).await.expect(200);

    let typing = json!({ "to": scene.shop.pn, "state": "composing" });
    admin.act(&ada.pn, "chatstate", typing).await;
    let shows = |state: &'static str| move |event: &Value| event["payload"]["state"] == state;
    let began = events.wait_event(shows("composing"), DEADLINE).await;
    let ended = events.wait_event(shows("paused"), DEADLINE).await;
    assert_eq!(
        ended["payload"],
        json!({ "chatJid": ada.jid(), "from": ada.jid(), "state": "paused" })
    );
    let lasted = ended["timestamp"].as_i64().unwrap() - began["timestamp"].as_i64().unwrap();
    assert!(lasted >= 900, "{lasted}");
    assert_eq!(v1.get(&path).await.expect(200)["state"], "paused");
}

#[tokio::test]
async fn the_account_shows_presence_and_typing() {
    let (scene, ada) = visited("hello").await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    admin.act(&ada.pn, "watch", json!({ "jid": scene.shop.pn })).await;
    let account = scene.path("/presence");
    let chat = scene.path(&format!("/chats/{}/presence", ada.jid()));
    let sees = async |kind: &str, word: &str| {
        let fits = |entry: &Value| entry["kind"] == kind && entry["type"] == word;
        admin.wait_inbox(&ada.pn, fits, DEADLINE).await;
    };
    v1.put(&account, json!({ "state": "offline" })).await.expect(204);
    sees("presence", "unavailable").await;
    v1.put(&account, json!({ "state": "online" })).await.expect(204);
    sees("presence", "available").await;
    for state in ["composing", "recording", "paused"] {
        v1.put(&chat, json!({ "state": state })).await.expect(204);
        sees("chatstate", state).await;
    }
    for (path, state) in [(&account, "busy"), (&chat, "online")] {
        let refused = v1.put(path, json!({ "state": state })).await.expect(400);
        assert!(refused.to_string().contains("state"), "{refused}");
    }
    v1.invoke(&scene.path(":stop")).await.expect(200);
    v1.put(&account, json!({ "state": "online" })).await.expect(501);
    v1.put(&chat, json!({ "state": "paused" })).await.expect(501);
    v1.get(&chat).await.expect(501);
}

#[tokio::test]
async fn typing_is_shown_before_a_text() {
    let (scene, ada) = visited("hello").await;
    let (v1, admin) = (scene.gateway.v1(), scene.sandbox.admin());
    let kinds = async |from: u64, last: &str| {
        let (mut seen, mut since) = (Vec::new(), from);
        wait_until(DEADLINE, "the text", async || {
            let (entries, next) = admin.inbox_since(&ada.pn, since, 1).await;
            since = next;
            seen.extend(
                entries
                    .into_iter()
                    .filter_map(|entry| match entry["kind"].as_str() {
                        Some("chatstate") => entry["type"].as_str().map(str::to_owned),
                        _ => entry["text"].as_str().map(str::to_owned),
                    }),
            );
            if seen.iter().any(|word| word == last) {
                Ok(())
            } else {
                Err(seen.clone())
            }
        })
        .await;
        (seen, since)
    };

    let quiet = text(&ada.jid(), "at once");
    scene.send(&quiet, None).await.expect(200);
    let (seen, since) = kinds(0, "at once").await;
    assert!(!seen.contains(&"composing".to_owned()), "{seen:?}");

    v1.patch(&scene.path(""), json!({ "presenceTyping": true }))
        .await
        .expect(200);
    let typed = text(&ada.jid(), "typed first");
    scene.send(&typed, None).await.expect(200);
    let (seen, _) = kinds(since, "typed first").await;
    assert_eq!(seen, ["composing", "typed first"]);
}

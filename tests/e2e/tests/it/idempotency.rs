//! `Idempotency-Key`: one key, one message.

use futures_util::future::join_all;
use serde_json::Value;
use wagon_test_kit::{DEADLINE, Gateway, cast};

use crate::support::{Scene, text};

fn reader() -> String {
    format!("{}@s.whatsapp.net", cast::READER)
}

/// The texts that the reader phone has received, once a last one has come.
async fn received(scene: &Scene) -> Vec<Value> {
    let last = scene.send(&text(&reader(), "the end"), None).await.expect(200);
    let admin = scene.sandbox.admin();
    admin
        .wait_inbox(cast::READER, |entry| entry["id"] == last["waMessageId"], DEADLINE)
        .await;
    let mut inbox = admin.inbox(cast::READER).await;
    inbox.retain(|entry| entry["kind"] == "message" && entry["text"] != "the end");
    inbox
}

#[tokio::test]
async fn a_replay_answers_the_same_and_sends_nothing() {
    let mut scene = Scene::start(Gateway::builder()).await;
    let body = text(&reader(), "once");
    let first = scene.send(&body, Some("key-1")).await.expect(200);
    assert_eq!(first["mode"], "sync");
    assert_eq!(first["replayed"], Value::Null);

    let mut expected = first.clone();
    expected["replayed"] = true.into();
    assert_eq!(scene.send(&body, Some("key-1")).await.expect(200), expected);
    scene.gateway.kill_9().await;
    scene.gateway.start_again().await;
    let v1 = scene.gateway.v1();
    v1.wait_session(&scene.session, "working").await;
    assert_eq!(scene.send(&body, Some("key-1")).await.expect(200), expected);
    assert_eq!(received(&scene).await.len(), 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let scene = Scene::start(Gateway::builder()).await;
    scene
        .send(&text(&reader(), "once"), Some("key-1"))
        .await
        .expect(200);
    for other in [
        text(&reader(), "something else"),
        text(&format!("{}@s.whatsapp.net", cast::ECHO), "once"),
    ] {
        let refused = scene.send(&other, Some("key-1")).await.expect(409);
        assert_eq!(refused["error"]["code"], "conflict");
        let message = refused["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("Idempotency-Key"), "{refused}");
    }
    let received = received(&scene).await;
    assert_eq!(received.len(), 1, "{received:#?}");
}

#[tokio::test]
async fn twenty_at_once_make_one_message() {
    let scene = Scene::start(Gateway::builder()).await;
    let body = text(&reader(), "once");
    let answers = join_all((0..20).map(|_| scene.send(&body, Some("key-1")))).await;
    let answers: Vec<Value> = answers.into_iter().map(|answer| answer.expect(200)).collect();
    for id in ["messageId", "waMessageId", "outboxId"] {
        assert!(answers[0][id].is_string(), "{id}");
        assert!(answers.iter().all(|answer| answer[id] == answers[0][id]), "{id}");
    }
    let first = answers.iter().filter(|answer| answer["replayed"] != true).count();
    assert_eq!(first, 1, "one request did the work");
    let received = received(&scene).await;
    assert_eq!(received.len(), 1, "{received:#?}");
    assert_eq!(received[0]["id"], answers[0]["waMessageId"]);
}

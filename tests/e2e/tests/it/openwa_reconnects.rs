//! What a session does while it is kept off WhatsApp, as its settings in the OpenWA dialect say.

use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, Receiver, wait_until};

use crate::openwa_webhooks::Hooked;
use crate::support::{Scene, log_until};

/// Changes the session's settings, which hold from its next start.
async fn configure(scene: &Scene, config: Value) {
    let openwa = scene.gateway.openwa();
    openwa.patch(&scene.path("/config"), config).await.expect(200);
    openwa.invoke(&scene.path("/stop")).await.expect(200);
    openwa.invoke(&scene.path("/start")).await.expect(200);
    scene.gateway.v1().wait_session(&scene.session, "working").await;
}

#[tokio::test]
async fn a_session_gives_up_after_so_many_attempts() {
    let scene = Scene::start(Gateway::builder()).await;
    configure(&scene, json!({ "maxReconnectAttempts": 1 })).await;
    let (path, openwa, v1) = (scene.path(""), scene.gateway.openwa(), scene.gateway.v1());
    drop(scene.sandbox);
    let session = wait_until(DEADLINE, "the end of the attempts", async || {
        let session = openwa.get(&path).await.expect(200);
        if session["status"] == "failed" {
            Ok(session)
        } else {
            Err(session)
        }
    })
    .await;
    assert_eq!(
        (&session["lastError"], &session["engineLoaded"]),
        (&json!("The connection did not come back"), &json!(false))
    );
    assert_eq!(
        v1.get(&path).await.expect(200)["reason"],
        json!({ "code": "gave_up", "attempts": 1 })
    );
}

#[tokio::test]
async fn an_attempt_waits_as_long_as_it_is_told() {
    let scene = Scene::start(Gateway::builder()).await;
    configure(&scene, json!({ "reconnectBaseDelay": 3000 })).await;
    let reset =
        json!({ "action": { "kind": "close", "how": "reset" }, "scope": { "account": scene.shop.pn } });
    // The log tells of the loss when it is stored, which is later.
    let before = chrono::Utc::now().timestamp_millis();
    scene.sandbox.admin().fault(reset).await;
    let v1 = scene.gateway.v1();
    // Linked, started again, and lost.
    let ups = std::cell::Cell::new(0);
    let log = log_until(&v1, |event| {
        let up = event["event"] == "session.status" && event["payload"]["status"] == "working";
        ups.set(ups.get() + i32::from(up));
        ups.get() == 3
    })
    .await;
    let [.., lost, up] = &log[..] else {
        panic!("{log:?}")
    };
    assert_eq!(lost["payload"]["status"], "starting", "{log:?}");
    let back = up["timestamp"].as_i64().expect("events have times");
    assert!(back - before >= 3000, "{before} {lost} {up}");
}

#[tokio::test]
async fn it_is_told_that_a_connection_does_not_come_back() {
    let builder = Gateway::builder().env("WAGON_OUTBOUND_ALLOW", "127.0.0.1");
    let hooked = Hooked {
        receiver: Receiver::start().await,
        scene: Scene::start(builder).await,
    };
    let events = json!({ "events": ["session.reconnect_loop"] });
    hooked.register("loops", events).await;
    let Hooked { scene, receiver } = hooked;
    drop(scene.sandbox);
    let told = |request: &Value| request["path"] == "loops";
    let request = receiver.seen().wait("the fifth attempt", told, DEADLINE).await;
    let body = &request["body"];
    assert_eq!(body["event"], "session.reconnect_loop");
    assert_eq!(
        body["data"],
        json!({ "sessionId": scene.session, "attempts": 5, "nextDelayMs": 8000 })
    );
    let key = body["idempotencyKey"].as_str().unwrap_or_default();
    assert!(key.starts_with(&format!("loop_{}_5_", scene.session)), "{key}");
}

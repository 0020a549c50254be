//! Webhooks of the OpenWA dialect: files that go along, calls and what becomes of them, and what a session's settings do.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, Receiver, cast};

use crate::openwa_webhooks::Hooked;
use crate::support::{PIXELS, Scene, string};

async fn hooked_with(inline: &str) -> Hooked {
    let builder = Gateway::builder()
        .env("WAGON_OUTBOUND_ALLOW", "127.0.0.1")
        .env("WEBHOOK_MEDIA_INLINE_MAX_BYTES", inline);
    Hooked {
        receiver: Receiver::start().await,
        scene: Scene::start(builder).await,
    }
}

async fn picture(scene: &Scene, bytes: &[u8]) {
    let admin = scene.sandbox.admin();
    let media = json!({ "kind": "image", "data": STANDARD.encode(bytes), "mimetype": "image/png" });
    admin
        .send_with(cast::READER, json!({ "to": scene.shop.jid(), "media": media }))
        .await;
}

#[tokio::test]
async fn small_files_go_along_and_large_ones_are_named() {
    let pixels = std::fs::read(PIXELS).expect("the picture is in the repository");
    let most = pixels.len().to_string();
    let hooked = hooked_with(&most).await;
    hooked.register("files", json!({})).await;
    picture(&hooked.scene, &pixels).await;
    let request = hooked
        .told("files", "message.received", |data| data["type"] == "image")
        .await;
    let data = &request["body"]["data"];
    assert_eq!(
        data["media"],
        json!({ "mimetype": "image/png", "data": STANDARD.encode(&pixels), "sizeBytes": pixels.len() })
    );
    assert_eq!(data["to"], format!("{}@c.us", hooked.scene.shop.pn));

    let mut larger = pixels.clone();
    larger.push(0);
    picture(&hooked.scene, &larger).await;
    let request = hooked
        .told("files", "message.received", |data| {
            data["media"]["omitted"] == true
        })
        .await;
    let media = &request["body"]["data"]["media"];
    assert_eq!(
        (&media["sizeBytes"], &media["data"]),
        (&json!(larger.len()), &Value::Null)
    );
}

#[tokio::test]
async fn what_becomes_of_calls_is_told() {
    let hooked = hooked_with("0").await;
    let (scene, admin) = (&hooked.scene, hooked.scene.sandbox.admin());
    let events = ["call.received", "call.accepted", "call.rejected", "call.missed"];
    hooked.register("calls", json!({ "events": events })).await;
    let of = |call: &str| {
        let call = call.to_owned();
        move |data: &Value| data["callId"] == call
    };

    let missed = admin
        .ring(
            cast::READER,
            json!({ "to": scene.shop.pn, "video": true, "ringSeconds": 0 }),
        )
        .await;
    hooked.told("calls", "call.received", of(&missed)).await;
    let told = hooked.told("calls", "call.missed", of(&missed)).await;
    let data = &told["body"]["data"];
    assert_eq!(
        data,
        &json!({
            "sessionId": scene.session, "callId": missed, "from": format!("{}@c.us", cast::READER),
            "isVideo": true, "isGroup": false, "timestamp": data["timestamp"], "outcome": "missed",
        })
    );
    let stem = format!("call_{}_{missed}_missed_", scene.session);
    assert!(
        string(&told["body"], "idempotencyKey").starts_with(&stem),
        "{told}"
    );

    let declined = admin.ring(cast::READER, json!({ "to": scene.shop.pn })).await;
    hooked.told("calls", "call.received", of(&declined)).await;
    let path = scene.path(&format!("/calls/{declined}/reject"));
    hooked.openwa().invoke(&path).await.expect(200);
    let told = hooked.told("calls", "call.rejected", of(&declined)).await;
    assert_eq!(told["body"]["data"]["outcome"], "rejected");
}

#[tokio::test]
async fn who_wants_to_come_into_a_group_is_told() {
    let hooked = hooked_with("0").await;
    let (scene, admin) = (&hooked.scene, hooked.scene.sandbox.admin());
    hooked
        .register("groups", json!({ "events": ["group.join_request"] }))
        .await;
    let made = json!({ "name": "Club", "participants": [format!("{}@c.us", cast::READER)] });
    let group = hooked
        .openwa()
        .post(&scene.path("/groups"), made)
        .await
        .expect(201);
    let group = string(&group, "id");
    admin
        .phone_change_group(&scene.shop.pn, &group, json!({ "approval": true }))
        .await;
    let path = scene.path(&format!("/groups/{group}/invite-code"));
    let link = string(&hooked.openwa().get(&path).await.expect(200), "inviteLink");
    let ada = admin.account("Ada").await;
    assert_eq!(admin.phone_join(&ada.pn, &link).await["waiting"], true);
    let told = hooked.told("groups", "group.join_request", |_| true).await;
    let data = &told["body"]["data"];
    assert_eq!(data["groupId"], group);
    assert_eq!(data["participantIds"].as_array().map(Vec::len), Some(1), "{data}");
    assert!(data["timestamp"].is_i64(), "{data}");
    let stem = format!("grp_{group}_");
    let key = string(&told["body"], "idempotencyKey");
    assert!(key.starts_with(&stem) && key.contains("_join_request_"), "{key}");
}

#[tokio::test]
async fn a_session_may_decline_every_call() {
    let hooked = hooked_with("0").await;
    let (scene, admin) = (&hooked.scene, hooked.scene.sandbox.admin());
    hooked
        .register("calls", json!({ "events": ["call.received", "call.rejected"] }))
        .await;
    let config = json!({ "autoRejectCalls": true });
    hooked
        .openwa()
        .patch(&scene.path("/config"), config)
        .await
        .expect(200);
    let call = admin.ring(cast::READER, json!({ "to": scene.shop.pn })).await;
    let of_call = |data: &Value| data["callId"] == call;
    hooked.told("calls", "call.received", of_call).await;
    hooked.told("calls", "call.rejected", of_call).await;
    admin
        .wait_inbox(
            cast::READER,
            |entry| entry["kind"] == "call" && entry["id"] == call && entry["type"] == "reject",
            DEADLINE,
        )
        .await;
}

#[tokio::test]
async fn a_session_shows_its_name_and_that_it_types() {
    let sandbox = wagon_test_kit::Sandbox::start().await;
    for (simulate, expected) in [("true", vec!["composing", "hello"]), ("false", vec!["hello"])] {
        let builder = Gateway::builder().env("SIMULATE_TYPING", simulate);
        let gateway = builder.sandbox(sandbox.admin()).start().await;
        let (root, admin) = (gateway.openwa(), sandbox.admin());
        let (shop, ada) = (admin.account("Shop").await, admin.account("Ada").await);
        let made = root
            .post("/sessions", json!({ "name": "shop" }))
            .await
            .expect(201);
        assert_eq!(made["pushName"], Value::Null);
        gateway.v1().pair(admin, &string(&made, "id"), &shop.pn).await;
        let session = root.get("/sessions/shop").await.expect(200);
        assert_eq!(session["pushName"], "Shop");
        let body = json!({ "chatId": format!("{}@c.us", ada.pn), "text": "hello" });
        root.post("/sessions/shop/messages/send-text", body)
            .await
            .expect(201);
        admin
            .wait_inbox(&ada.pn, |entry| entry["text"] == "hello", DEADLINE)
            .await;
        let inbox = admin.inbox(&ada.pn).await;
        let seen: Vec<&str> = inbox
            .iter()
            .filter_map(|entry| match entry["kind"].as_str() {
                Some("chatstate") => entry["type"].as_str(),
                _ => entry["text"].as_str(),
            })
            .collect();
        assert_eq!(seen, expected, "{inbox:?}");
    }
}

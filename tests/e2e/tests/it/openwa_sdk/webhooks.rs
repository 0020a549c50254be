//! Webhooks: what the receiver gets, and what the package's helper says of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wagon_test_kit::{Answering, Baileys, DEADLINE, Gateway, Receiver};

use super::{PIXELS, Stage, base64, c_us};
use crate::support::string;

const SECRET: &str = "a-secret-of-some-length";

struct Hooked {
    stage: Stage,
    receiver: Receiver,
}

impl Hooked {
    async fn start() -> Self {
        let builder = Gateway::builder().env("WAGON_OUTBOUND_ALLOW", "127.0.0.1");
        Self {
            stage: Stage::with(builder).await,
            receiver: Receiver::start().await,
        }
    }

    /// Registers the receiver's path for these events; answers the webhook's id.
    async fn register(&mut self, path: &str, events: Value) -> Value {
        let webhook = json!({
            "url": self.receiver.url(path), "events": events, "secret": SECRET, "retryCount": 1,
        });
        let made = self.stage.call("webhooks.create", &[webhook]).await;
        assert!(made.get("secret").is_none(), "{made}");
        json!(string(&made, "id"))
    }

    /// Waits until the path was told of such an event.
    async fn told(&self, path: &str, event: &str, matches: impl Fn(&Value) -> bool) -> Value {
        let wanted = |request: &Value| {
            request["path"] == path && request["body"]["event"] == event && matches(&request["body"]["data"])
        };
        self.receiver.seen().wait(event, wanted, DEADLINE).await
    }

    /// Has the package's helper look at everything that the receiver got; answers which events those were.
    async fn assert_all_verified(&mut self) -> BTreeSet<String> {
        let mut events = BTreeSet::new();
        for request in self.receiver.seen().all() {
            let (body, header) = (
                string(&request, "raw"),
                string(&request["headers"], "x-openwa-signature"),
            );
            let sdk = &mut self.stage.sdk;
            assert!(sdk.verifies(&body, &header, SECRET).await, "{request}");
            assert!(
                !sdk.verifies(&format!("{body} "), &header, SECRET).await,
                "{request}"
            );
            assert!(
                !sdk.verifies(&body, &header, "another-secret-of-ours").await,
                "{request}"
            );
            events.insert(string(&request["body"], "event"));
        }
        events
    }
}

#[tokio::test]
async fn the_packages_helper_verifies_every_delivery() {
    let mut hooked = Hooked::start().await;
    let webhook = hooked.register("all", json!(["*"])).await;
    let trial = hooked.stage.call("webhooks.test", &[webhook]).await;
    assert_eq!(trial["success"], true);
    let stage = &mut hooked.stage;
    let (shop, session) = (stage.scene.shop.jid(), stage.scene.session.clone());
    let admin = stage.scene.sandbox.admin();
    let peer = Baileys::pair(admin, "Ada", &stage.ada.pn).await;
    let chat = c_us(&stage.ada);

    // Words in all alphabets, and a file.
    let said = peer.send(&shop, "Žluťoučký kůň 日本語 👩‍👩‍👧 \u{0001}\"<&>").await;
    peer.command(json!({ "cmd": "edit", "message": said, "text": "Přesně" }))
        .await;
    let image =
        json!({ "chatId": chat, "base64": base64(PIXELS), "mimetype": "image/png", "caption": "dívej" });
    let sent = stage.call("messages.send_image", &[image]).await;
    let sent = string(&sent, "messageId");
    let raw = sent.rsplit('_').next().unwrap().to_owned();
    peer.wait_message(|message| message["id"] == raw, DEADLINE).await;
    peer.command(json!({ "cmd": "react", "message": raw, "text": "🎉" }))
        .await;
    peer.command(json!({ "cmd": "revoke", "message": said })).await;
    let status = json!({
        "cmd": "call", "method": "sendMessage",
        "args": ["status@broadcast", { "text": "On holiday" }, { "statusJidList": [shop] }],
    });
    peer.command(status).await;
    stage
        .call("chats.subscribe_presence", &[json!({ "chatId": chat })])
        .await;
    peer.command(json!({ "cmd": "presence", "state": "available" }))
        .await;
    let ring = json!({ "to": stage.scene.shop.pn });
    stage.scene.sandbox.admin().ring(&stage.ada.pn, ring).await;
    let group = json!({ "name": "Trip", "participants": [chat] });
    let group = stage.call("groups.create", &[group]).await;
    let group = json!(string(&group, "id"));
    stage
        .call("groups.set_subject", &[group.clone(), json!("Journey")])
        .await;
    stage
        .call("groups.remove_participants", &[group, json!([chat])])
        .await;
    hooked.told("all", "message.revoked", |_| true).await;
    hooked.told("all", "call.received", |_| true).await;
    hooked.told("all", "presence.update", |_| true).await;
    hooked.told("all", "group.leave", |_| true).await;
    hooked.stage.sdk.call("sessions.stop", json!([session])).await;
    hooked.told("all", "session.disconnected", |_| true).await;

    let events = hooked.assert_all_verified().await;
    for event in [
        "call.received",
        "group.leave",
        "group.update",
        "message.ack",
        "message.edited",
        "message.reaction",
        "message.received",
        "message.revoked",
        "message.sent",
        "presence.update",
        "session.disconnected",
        "session.status",
        "status.received",
        "test",
    ] {
        assert!(events.contains(event), "{event} is not among {events:?}");
    }
}

#[tokio::test]
async fn every_method_about_webhooks_works() {
    let mut hooked = Hooked::start().await;
    let filtered = json!({ "conditions": [{ "field": "body", "operator": "contains", "value": "urgent" }] });
    let webhook = hooked.register("one", json!(["message.received"])).await;
    let of_session = hooked.stage.call("webhooks.list", &[]).await;
    let all = hooked.stage.sdk.call("webhooks.list_all", json!([])).await;
    assert_eq!((&of_session[0]["id"], &all), (&webhook, &of_session));
    let change = json!({ "filters": filtered });
    let changed = hooked
        .stage
        .call("webhooks.update", &[webhook.clone(), change])
        .await;
    assert_eq!(
        hooked.stage.call("webhooks.get", &[webhook.clone()]).await,
        changed
    );
    let (ada, shop) = (hooked.stage.ada.pn.clone(), hooked.stage.scene.shop.pn.clone());
    let admin = hooked.stage.scene.sandbox.admin();
    admin.send(&ada, &shop, "nothing much").await;
    admin.send(&ada, &shop, "this is urgent").await;
    let told = hooked.told("one", "message.received", |_| true).await;
    assert_eq!(told["body"]["data"]["body"], "this is urgent");
    assert_eq!(hooked.receiver.at("one").len(), 1);
    let trial = hooked.stage.call("webhooks.test", &[webhook.clone()]).await;
    assert_eq!(trial, json!({ "success": true, "statusCode": 200 }));
    hooked.told("one", "test", |_| true).await;

    hooked.receiver.answer("one", Answering::Status(503, "not now"));
    let admin = hooked.stage.scene.sandbox.admin();
    admin.send(&ada, &shop, "urgent again").await;
    let session = json!({ "sessionId": hooked.stage.scene.session });
    let failures = wagon_test_kit::wait_until(DEADLINE, "a failure", async || {
        let sdk = &mut hooked.stage.sdk;
        let failures = sdk.call("webhooks.delivery_failures", json!([session])).await;
        if failures[0]["lastStatusCode"] == 503 {
            Ok(failures)
        } else {
            Err(failures)
        }
    })
    .await;
    assert_eq!(
        (&failures[0]["webhookId"], &failures[0]["replayable"]),
        (&webhook, &json!(true))
    );
    hooked.receiver.answer("one", Answering::Status(200, "ok"));
    let redriven = hooked
        .stage
        .sdk
        .call("webhooks.redrive_delivery_failures", json!([]))
        .await;
    assert_eq!(
        (&redriven["redriven"], &redriven["remaining"]),
        (&json!(1), &json!(0))
    );
    let again = |request: &Value| request["body"]["data"]["body"] == "urgent again";
    let attempts = wagon_test_kit::wait_until(DEADLINE, "the second attempt", async || {
        let mut had = hooked.receiver.at("one");
        had.retain(again);
        if had.len() == 2 { Ok(had) } else { Err(had) }
    })
    .await;
    assert_eq!(
        attempts[0]["body"]["idempotencyKey"],
        attempts[1]["body"]["idempotencyKey"]
    );

    hooked.stage.call("webhooks.delete", &[webhook.clone()]).await;
    let gone = hooked.stage.raises("webhooks.get", &[webhook]).await;
    assert_eq!(gone["type"], "OpenWANotFoundError", "{gone}");
    hooked.assert_all_verified().await;
    hooked.stage.sdk.assert_all_called("webhooks").await;
}

//! The gateway's sessions as a client of other make sees them.

use serde_json::{Value, json};
use wagon_test_kit::{Account, Baileys, DEADLINE, Gateway, Sandbox, TestDatabase};

struct Scene {
    sandbox: Sandbox,
    gateway: Gateway,
    /// The gateway's own number and its session.
    shop: Account,
    session: String,
    ada: Account,
    peer: Baileys,
    /// Outlives the gateway, which has connections to it.
    _database: Option<TestDatabase>,
}

impl Scene {
    /// On Postgres if the run has a server, else on SQLite.
    async fn start() -> Self {
        let sandbox = Sandbox::start().await;
        let admin = sandbox.admin();
        let (shop, ada) = (admin.account("Shop").await, admin.account("Ada").await);
        let database = TestDatabase::create().await;
        let builder = Gateway::builder().sandbox(admin);
        let builder = match &database {
            Some(database) => builder.database(database.url()),
            None => builder,
        };
        let (gateway, peer) = tokio::join!(builder.start(), Baileys::pair(admin, "Ada", &ada.pn));
        let session = gateway.v1().paired_session(admin, &shop.pn).await;
        Self {
            sandbox,
            gateway,
            shop,
            session,
            ada,
            peer,
            _database: database,
        }
    }

    async fn send(&self, body: Value) -> String {
        let sent = self
            .gateway
            .v1()
            .post(&format!("/sessions/{}/messages", self.session), body)
            .await
            .expect(200);
        sent["messageId"]
            .as_str()
            .unwrap_or_else(|| panic!("a message without id: {sent}"))
            .to_owned()
    }
}

fn message(text: &str) -> impl Fn(&Value) -> bool {
    move |event| event["event"] == "message" && event["payload"]["body"] == text
}

#[tokio::test]
async fn texts_travel_both_ways_with_receipts() {
    let scene = Scene::start().await;
    let events = scene
        .gateway
        .v1()
        .events(&format!("session={}", scene.session))
        .await;

    let id = scene
        .send(json!({ "type": "text", "to": scene.ada.jid(), "text": "Your parcel is here 📦" }))
        .await;
    let received = scene
        .peer
        .wait_message(|message| message["id"] == id, DEADLINE)
        .await;
    assert_eq!(received["text"], "Your parcel is here 📦");
    scene.peer.command(json!({ "cmd": "read", "keys": [id] })).await;
    let read = |event: &Value| {
        event["event"] == "message.status"
            && event["payload"]["status"] == "read"
            && event["payload"]["messageIds"] == json!([id])
    };
    events.wait_event(read, DEADLINE).await;

    let answer = json!({ "cmd": "send", "to": scene.shop.jid(), "text": "On my way", "quote": id });
    let answer = scene.peer.send_with(answer).await;
    let event = events.wait_event(message("On my way"), DEADLINE).await;
    assert_eq!(event["payload"]["waMessageId"], answer);
    assert_eq!(event["payload"]["senderJid"], scene.ada.jid());
    assert_eq!(event["payload"]["quotedMessageId"], id);
    scene.peer.wait_status(&answer, "delivered", DEADLINE).await;
}

#[tokio::test]
async fn a_killed_gateway_catches_up_without_repeating() {
    let mut scene = Scene::start().await;
    scene.peer.send(&scene.shop.jid(), "before").await;
    let events = scene.gateway.v1().events("events=message").await;
    let before = scene.peer.send(&scene.shop.jid(), "seen").await;
    let seen = events.wait_event(message("seen"), DEADLINE).await;
    scene.peer.wait_status(&before, "delivered", DEADLINE).await;

    scene.gateway.kill_9().await;
    let missed = scene.peer.send(&scene.shop.jid(), "missed").await;
    scene.gateway.start_again().await;

    let since = seen["id"].as_str().unwrap();
    let events = scene
        .gateway
        .v1()
        .events(&format!("events=message&since={since}"))
        .await;
    events.wait_event(message("missed"), DEADLINE).await;
    scene.peer.wait_status(&missed, "delivered", DEADLINE).await;
    assert_eq!(events.seen().count(message("missed")), 1);
    assert_eq!(events.seen().count(message("seen")), 0, "read before the crash");

    let id = scene
        .send(json!({ "type": "text", "to": scene.ada.jid(), "text": "back again" }))
        .await;
    scene
        .peer
        .wait_message(|message| message["id"] == id, DEADLINE)
        .await;
    scene.gateway.terminate().await;
    scene.sandbox.stop().await;
}

//! Messages through the OpenWA dialect, as Baileys receives them.

mod bulk;
mod curl;
mod errors;
mod media;
mod operations;
mod reads;
mod sends;
mod table;
mod templates;

use serde_json::{Value, json};
use wagon_test_kit::{Account, Answer, Baileys, DEADLINE, Gateway, GatewayBuilder, OpenWa};

use crate::support::{Scene, string};

/// A picture of one pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A gateway with a working session, and somebody of other make to write to.
struct Desk {
    scene: Scene,
    ada: Account,
    peer: Baileys,
}

impl Desk {
    async fn start() -> Self {
        Self::with(Gateway::builder()).await
    }

    async fn with(builder: GatewayBuilder) -> Self {
        let unlimited = builder
            .env("DEFAULT_RATE_PER_MIN", "0")
            .env("DEFAULT_RATE_PER_HOUR", "0");
        let scene = Scene::start(unlimited).await;
        let ada = scene.sandbox.admin().account("Ada").await;
        let peer = Baileys::pair(scene.sandbox.admin(), "Ada", &ada.pn).await;
        Self { scene, ada, peer }
    }

    fn openwa(&self) -> OpenWa {
        self.scene.gateway.openwa()
    }

    /// Ada, as the dialect writes her.
    fn chat(&self) -> String {
        format!("{}@c.us", self.ada.pn)
    }

    /// A path below the session's messages.
    fn path(&self, rest: &str) -> String {
        format!("/sessions/{}/messages/{rest}", self.scene.session)
    }

    /// Calls a route, with Ada's chat filled in unless the body names one.
    async fn call(&self, route: &str, mut body: Value) -> Answer {
        if body["chatId"].is_null() {
            body["chatId"] = json!(self.chat());
        }
        self.openwa().post(&self.path(route), body).await
    }

    /// Sends to Ada; answers the message's id in the dialect's form and the message as she has it.
    async fn send(&self, route: &str, body: Value) -> (String, Value) {
        let sent = self.call(route, body).await.expect(201);
        assert!(sent["timestamp"].is_i64(), "{sent}");
        let id = string(&sent, "messageId");
        let received = self.received(&id).await;
        (id, received)
    }

    /// A message that the session sent, as Ada has it.
    async fn received(&self, id: &str) -> Value {
        let raw = self.raw(id);
        self.peer
            .wait_message(|message| message["id"] == raw, DEADLINE)
            .await
    }

    /// WhatsApp's own form of the id of a message to Ada.
    fn raw(&self, id: &str) -> String {
        let raw = id.strip_prefix(&format!("true_{}_", self.chat()));
        raw.unwrap_or_else(|| panic!("{id} does not name the chat"))
            .to_owned()
    }

    /// What a message of Ada's says, as her client keeps it.
    async fn content(&self, id: &str) -> Value {
        let inspect = json!({ "cmd": "inspect", "message": self.raw(id) });
        self.peer.command(inspect).await["content"].take()
    }

    /// A text that Ada has sent, once the session has it: its id.
    async fn text_from_ada(&self, text: &str) -> String {
        let id = self.peer.send(&self.scene.shop.jid(), text).await;
        let chat = self.scene.path(&format!("/chats/{}/messages", self.ada.jid()));
        wagon_test_kit::wait_until(DEADLINE, "the message to arrive", async || {
            let page = self.scene.gateway.v1().get(&chat).await.expect(200);
            let messages = page["data"].as_array().cloned().unwrap_or_default();
            if messages.iter().any(|message| message["waMessageId"] == id) {
                Ok(())
            } else {
                Err(page)
            }
        })
        .await;
        id
    }
}

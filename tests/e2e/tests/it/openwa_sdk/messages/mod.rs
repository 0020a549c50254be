//! Messages, batches and templates, as Ada's client and the account's other device have them.

mod batches;
mod changes;
mod reads;
mod sends;

use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE, Gateway, Receiver};

use super::{Stage, c_us};
use crate::support::string;

/// The SDK, Ada's client, and a host of files.
struct Talk {
    stage: Stage,
    peer: Baileys,
    host: Receiver,
}

impl Talk {
    async fn start() -> Self {
        let builder = Gateway::builder()
            .env("WAGON_OUTBOUND_ALLOW", "127.0.0.1")
            .env("WAGON_BULK_MIN_DELAY_MS", "1")
            .env("DEFAULT_RATE_PER_MIN", "0")
            .env("DEFAULT_RATE_PER_HOUR", "0");
        let stage = Stage::with(builder).await;
        let peer = Baileys::pair(stage.scene.sandbox.admin(), "Ada", &stage.ada.pn).await;
        Self {
            stage,
            peer,
            host: Receiver::start().await,
        }
    }

    fn chat(&self) -> String {
        c_us(&self.stage.ada)
    }

    /// Calls a method with Ada's chat in its body.
    async fn call(&mut self, method: &str, mut body: Value) -> Value {
        body["chatId"] = json!(self.chat());
        self.stage.call(&format!("messages.{method}"), &[body]).await
    }

    /// Sends to Ada; answers the message's id and the message as she has it.
    async fn send(&mut self, method: &str, body: Value) -> (String, Value) {
        let sent = self.call(method, body).await;
        self.sent(&sent).await
    }

    /// The id in an answer, and the message as Ada has it.
    async fn sent(&self, answer: &Value) -> (String, Value) {
        assert!(answer["timestamp"].is_i64(), "{answer}");
        let id = string(answer, "messageId");
        let raw = raw(&id).to_owned();
        let received = self
            .peer
            .wait_message(|message| message["id"] == raw, DEADLINE)
            .await;
        (id, received)
    }

    /// What a message says, as Ada's client keeps it.
    async fn content(&self, message: &Value) -> Value {
        let inspect = json!({ "cmd": "inspect", "message": message["id"] });
        self.peer.command(inspect).await["content"].take()
    }

    /// Waits for something that Ada's client made of a message.
    async fn about(&self, id: &str, kind: &str) -> Value {
        let raw = raw(id).to_owned();
        let about = |message: &Value| message["type"] == kind && message["target"] == raw;
        self.peer.wait_message(about, DEADLINE).await
    }
}

/// WhatsApp's own form of an id.
fn raw(id: &str) -> &str {
    id.rsplit('_').next().unwrap_or(id)
}

#[tokio::test]
async fn every_method_about_messages_works() {
    let mut talk = Talk::start().await;
    sends::words_and_places(&mut talk).await;
    sends::files(&mut talk).await;
    sends::what_was_there_before(&mut talk).await;
    changes::what_ada_sees(&mut talk).await;
    changes::what_the_accounts_devices_see(&mut talk).await;
    reads::lists_history_reactions_and_files(&mut talk).await;
    batches::run_and_are_cancelled(&mut talk).await;
    talk.stage.sdk.assert_all_called("messages").await;
}

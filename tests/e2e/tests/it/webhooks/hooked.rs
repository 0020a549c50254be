use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, Gateway, GatewayBuilder, Receiver, V1, cast, wait_until};

use crate::support::{Scene, string};

/// A gateway with a session that may call the receiver beside it.
pub(super) struct Hooked {
    pub(super) scene: Scene,
    pub(super) receiver: Receiver,
}

impl Hooked {
    pub(super) async fn start() -> Self {
        Self::start_with(Gateway::builder()).await
    }

    pub(super) async fn start_with(builder: GatewayBuilder) -> Self {
        let receiver = Receiver::start().await;
        let builder = builder.env("WAGON_OUTBOUND_ALLOW", "127.0.0.1");
        Self {
            scene: Scene::start(builder).await,
            receiver,
        }
    }

    pub(super) fn v1(&self) -> V1 {
        self.scene.gateway.v1()
    }

    /// Registers a webhook for messages at a path of the receiver, with more fields or other ones.
    pub(super) async fn register(&self, path: &str, more: Value) -> String {
        let mut body = json!({
            "url": self.receiver.url(path),
            "events": ["message"],
            "retryPolicy": { "policy": "constant", "delaySeconds": 1, "attempts": 100 },
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        string(&self.v1().post("/webhooks", body).await.expect(201), "id")
    }

    /// Has a phone send to the session, one after the other.
    pub(super) async fn receive(&self, texts: &[String]) {
        for text in texts {
            self.scene
                .sandbox
                .admin()
                .send(cast::READER, &self.scene.shop.jid(), text)
                .await;
        }
    }

    /// Waits until the path was told of the text; answers the request.
    pub(super) async fn told(&self, path: &str, text: &str) -> Value {
        let matches = |request: &Value| request["path"] == path && request["body"]["payload"]["body"] == text;
        self.receiver.seen().wait("a webhook", matches, DEADLINE).await
    }

    /// The texts that the path was told of, in order; one that was repeated counts once.
    pub(super) fn texts(&self, path: &str) -> Vec<String> {
        let mut texts: Vec<String> = self
            .receiver
            .at(path)
            .iter()
            .map(|request| string(&request["body"]["payload"], "body"))
            .collect();
        texts.dedup();
        texts
    }

    /// Waits until the path has had that many requests.
    pub(super) async fn wait_requests(&self, path: &str, count: usize) {
        wait_until(DEADLINE, &format!("{count} requests"), async || {
            let had = self.receiver.at(path).len();
            if had >= count { Ok(()) } else { Err(had) }
        })
        .await;
    }

    pub(super) async fn webhook(&self, id: &str) -> Value {
        self.v1().get(&format!("/webhooks/{id}")).await.expect(200)
    }

    /// The webhook's deliveries, newest first; `query` like `status=dead`.
    pub(super) async fn deliveries(&self, id: &str, query: &str) -> Vec<Value> {
        let page = self.v1().get(&format!("/webhooks/{id}/deliveries?{query}")).await;
        page.expect(200)["data"].as_array().cloned().unwrap_or_default()
    }

    /// Waits until the webhook has that many deliveries with the status, and answers them.
    pub(super) async fn wait_deliveries(&self, id: &str, status: &str, count: usize) -> Vec<Value> {
        wait_until(DEADLINE, &format!("{count} deliveries {status}"), async || {
            let found = self.deliveries(id, &format!("status={status}")).await;
            if found.len() == count {
                Ok(found)
            } else {
                Err(self.deliveries(id, "").await)
            }
        })
        .await
    }
}

/// `text 1` to `text n`.
pub(super) fn texts(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("text {number}")).collect()
}

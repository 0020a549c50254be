use serde_json::{Value, json};
use wagon_test_kit::{Account, Answer, Gateway, GatewayBuilder, Sandbox};

/// A gateway with one working session, joined to a network that outlives it.
pub(crate) struct Scene {
    pub(crate) gateway: Gateway,
    pub(crate) sandbox: Sandbox,
    /// The gateway's own number.
    pub(crate) shop: Account,
    pub(crate) session: String,
}

impl Scene {
    pub(crate) async fn start(builder: GatewayBuilder) -> Self {
        let sandbox = Sandbox::start().await;
        let gateway = builder.sandbox(sandbox.admin()).start().await;
        let shop = sandbox.admin().account("Shop").await;
        let session = gateway.v1().paired_session(sandbox.admin(), &shop.pn).await;
        Self {
            gateway,
            sandbox,
            shop,
            session,
        }
    }

    /// A path below the session.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/sessions/{}{rest}", self.session)
    }

    /// Sends, with an idempotency key if one is given.
    pub(crate) async fn send(&self, body: &Value, key: Option<&str>) -> Answer {
        let v1 = self.gateway.v1();
        let mut request = v1
            .request(reqwest::Method::POST, &self.path("/messages"))
            .json(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        v1.send(request).await
    }
}

/// The body of a text message.
pub(crate) fn text(to: &str, text: &str) -> Value {
    json!({ "type": "text", "to": to, "text": text })
}

/// A field that has to be a string.
#[track_caller]
pub(crate) fn string(value: &Value, field: &str) -> String {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field}: {value:#}"))
        .to_owned()
}

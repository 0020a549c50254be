//! OpenWA's own Python SDK, unmodified, against the gateway. Each area calls every method of its resource and asserts what
//! the other side saw; the list of methods comes from the package.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::cloned_ref_to_slice_refs, reason = "arguments are lists, also of one")]

mod account;
mod chats;
mod contacts;
mod groups;
mod media;
mod messages;
mod package;
mod service;
mod sessions;
mod shown;
mod templates;
mod webhooks;

use serde_json::{Value, json};
use wagon_test_kit::{Account, DEADLINE, Gateway, GatewayBuilder, OpenWaSdk, wait_until};

use crate::support::{Scene, is_message};

/// A picture that is really one.
const PIXELS: &[u8] = include_bytes!("../../../assets/pixels.png");

/// A gateway, somebody who has written to it, and the SDK.
struct Stage {
    scene: Scene,
    ada: Account,
    sdk: OpenWaSdk,
}

impl Stage {
    async fn start() -> Self {
        Self::with(Gateway::builder()).await
    }

    async fn with(builder: GatewayBuilder) -> Self {
        let scene = Scene::start(builder).await;
        let ada = scene.sandbox.admin().account("Ada").await;
        let events = scene.gateway.v1().events("events=message").await;
        scene.sandbox.admin().send(&ada.pn, &scene.shop.pn, "hello").await;
        events.wait_event(is_message("hello"), DEADLINE).await;
        let sdk = OpenWaSdk::start(&scene.gateway);
        Self { scene, ada, sdk }
    }

    /// Calls a method with the session and further arguments.
    async fn call(&mut self, method: &str, rest: &[Value]) -> Value {
        let args = self.args(rest);
        self.sdk.call(method, args).await
    }

    /// Calls a method that has to raise, and answers the error.
    async fn raises(&mut self, method: &str, rest: &[Value]) -> Value {
        let args = self.args(rest);
        self.sdk.raises(method, args).await
    }

    fn args(&self, rest: &[Value]) -> Value {
        let mut args = vec![json!(self.scene.session)];
        args.extend_from_slice(rest);
        json!(args)
    }

    /// What the phone of the gateway's number knows of the app state entry that begins with `word`.
    async fn entry(&self, word: &str) -> Value {
        let entries = self
            .scene
            .sandbox
            .admin()
            .look(&self.scene.shop.pn, "app-state")
            .await;
        let found = entries.as_array().and_then(|entries| {
            let mut entries = entries.iter();
            entries.find(|entry| entry["index"][0] == word)
        });
        found.cloned().unwrap_or_default()
    }

    /// Calls a method until it answers what is wanted.
    async fn until(&mut self, method: &str, rest: &[Value], wanted: impl Fn(&Value) -> bool) -> Value {
        wait_until(DEADLINE, method, async || {
            let answer = self.call(method, rest).await;
            if wanted(&answer) { Ok(answer) } else { Err(answer) }
        })
        .await
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The dialect's spelling of somebody's address.
fn c_us(account: &Account) -> String {
    format!("{}@c.us", account.pn)
}

#[tokio::test]
async fn errors_have_the_packages_types() {
    let mut stage = Stage::start().await;
    let nobody = stage.raises("contacts.get", &[json!("15550009999@c.us")]).await;
    assert_eq!(nobody["type"], "OpenWANotFoundError", "{nobody}");
    assert_eq!(nobody["status"], 404);
    let unknown = stage
        .sdk
        .raises("contacts.list", json!(["no-such-session"]))
        .await;
    assert_eq!(
        (&unknown["type"], &unknown["status"]),
        (&json!("OpenWAApiError"), &json!(400))
    );
    assert!(
        unknown["message"]
            .as_str()
            .unwrap()
            .contains("Session is not started"),
        "{unknown}"
    );
    let unknown = stage.sdk.raises("chats.list", json!(["no-such-session"])).await;
    assert_eq!(unknown["type"], "OpenWANotFoundError", "{unknown}");
    let mut stranger = OpenWaSdk::start_with(&stage.scene.gateway, "no-such-key");
    let refused = stranger.raises("chats.list", json!([stage.scene.session])).await;
    assert_eq!(refused["type"], "OpenWAAuthError", "{refused}");
    stage
        .scene
        .gateway
        .v1()
        .invoke(&stage.scene.path(":stop"))
        .await
        .expect(200);
    let ada = c_us(&stage.ada);
    let stopped = stage.raises("contacts.block", &[json!(ada)]).await;
    assert_eq!(stopped["status"], 400, "{stopped}");
}

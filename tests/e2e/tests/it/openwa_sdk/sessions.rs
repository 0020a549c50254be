//! Sessions, as the phone and the people it knows see them.

use serde_json::{Value, json};
use wagon_test_kit::{
    Account, Baileys, DEADLINE, Gateway, OpenWaSdk, Proxy, ProxyProtocol, Sandbox, wait_until,
};

use crate::support::string;

struct Desk {
    sandbox: Sandbox,
    gateway: Gateway,
    sdk: OpenWaSdk,
    /// The number to link.
    shop: Account,
    session: String,
}

impl Desk {
    /// With a session that has yet to be started.
    async fn start() -> Self {
        let sandbox = Sandbox::start().await;
        let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
        let mut sdk = OpenWaSdk::start(&gateway);
        let made = json!({ "name": "shop", "config": { "autoRejectCalls": false } });
        let made = sdk.call("sessions.create", json!([made])).await;
        assert_eq!(
            (&made["name"], &made["status"]),
            (&json!("shop"), &json!("created"))
        );
        let shop = sandbox.admin().account("Shop").await;
        Self {
            sandbox,
            gateway,
            sdk,
            shop,
            session: string(&made, "id"),
        }
    }

    async fn call(&mut self, method: &str, rest: &[Value]) -> Value {
        let mut args = vec![json!(self.session)];
        args.extend_from_slice(rest);
        self.sdk.call(&format!("sessions.{method}"), json!(args)).await
    }

    async fn status(&mut self, status: &str) -> Value {
        wait_until(DEADLINE, status, async || {
            let session = self.call("get", &[]).await;
            if session["status"] == status {
                Ok(session)
            } else {
                Err(session)
            }
        })
        .await
    }

    /// Waits until the phone has so many linked devices that are connected.
    async fn connected(&self, wanted: usize) {
        wait_until(DEADLINE, "the phone's linked devices", async || {
            let known = self.sandbox.admin().inspect(&self.shop.pn).await;
            let devices = known["devices"].as_array().cloned().unwrap_or_default();
            let linked = |device: &&Value| device["id"] != 0 && device["connected"] == true;
            if devices.iter().filter(linked).count() == wanted {
                Ok(())
            } else {
                Err(known)
            }
        })
        .await;
    }

    async fn link(&mut self) {
        self.call("start", &[]).await;
        self.status("qr_ready").await;
        self.type_code().await;
    }

    /// Links the number by a code that is typed on its phone.
    async fn type_code(&mut self) {
        let phone = json!({ "phoneNumber": self.shop.pn });
        let code = self.call("request_pairing_code", &[phone]).await;
        self.sandbox
            .admin()
            .type_code(&self.shop.pn, &string(&code, "pairingCode"))
            .await;
        self.status("ready").await;
        self.connected(1).await;
    }
}

#[tokio::test]
async fn a_session_is_linked_stopped_and_removed() {
    let mut desk = Desk::start().await;
    let started = desk.call("start", &[]).await;
    assert_eq!(started["engineLoaded"], true);
    desk.status("qr_ready").await;
    let qr = desk.call("get_qr_code", &[]).await;
    assert!(
        string(&qr, "qrCode").starts_with("data:image/png;base64,"),
        "{qr}"
    );
    desk.type_code().await;
    let ready = desk.call("get", &[]).await;
    assert_eq!(ready["phone"], desk.shop.pn);
    let named = desk.sdk.call("sessions.list", json!([{ "name": "shop" }])).await;
    assert_eq!(named[0]["id"], desk.session);
    let stats = desk.sdk.call("sessions.stats", json!([])).await;
    assert_eq!((&stats["total"], &stats["ready"]), (&json!(1), &json!(1)));

    let ada = desk.sandbox.admin().account("Ada").await;
    let peer = Baileys::pair(desk.sandbox.admin(), "Ada", &ada.pn).await;
    peer.command(json!({ "cmd": "subscribe", "to": desk.shop.jid() }))
        .await;
    for (available, state) in [(true, "available"), (false, "unavailable")] {
        let shown = json!({ "available": available });
        assert_eq!(
            desk.call("set_online_presence", &[shown]).await,
            json!({ "success": true })
        );
        peer.wait("presence", |event| event["state"] == state, DEADLINE)
            .await;
    }

    let stopped = desk.call("stop", &[]).await;
    assert_eq!(stopped["status"], "disconnected");
    desk.connected(0).await;
    desk.call("start", &[]).await;
    desk.status("ready").await;
    desk.connected(1).await;
    desk.call("force_kill", &[]).await;
    desk.connected(0).await;
    desk.call("start", &[]).await;
    desk.status("ready").await;
    let out = desk.call("logout", &[]).await;
    assert_eq!(out["phone"], Value::Null);
    let known = desk.sandbox.admin().inspect(&desk.shop.pn).await;
    let devices = known["devices"].as_array().unwrap();
    assert!(devices.iter().all(|device| device["id"] == 0), "{known}");
    desk.call("delete", &[]).await;
    let gone = desk.sdk.raises("sessions.get", json!(["shop"])).await;
    assert_eq!(gone["type"], "OpenWANotFoundError", "{gone}");

    // The rest of the resource has a test of its own, with a client of its own.
    let other = json!({ "name": "other" });
    desk.session = string(&desk.sdk.call("sessions.create", json!([other])).await, "id");
    for method in ["get_config", "get_proxy"] {
        desk.call(method, &[]).await;
    }
    desk.call("update_config", &[json!({ "reconnectBaseDelay": 1000 })])
        .await;
    desk.call("update_proxy", &[json!({ "proxyUrl": null })]).await;
    desk.sdk.assert_all_called("sessions").await;
}

#[tokio::test]
async fn options_change_what_others_see() {
    let mut desk = Desk::start().await;
    desk.link().await;
    let ada = desk.sandbox.admin().account("Ada").await;
    let declined = async |desk: &Desk| {
        let call = desk
            .sandbox
            .admin()
            .ring(&ada.pn, json!({ "to": desk.shop.pn }))
            .await;
        let reject =
            |entry: &Value| entry["kind"] == "call" && entry["id"] == call && entry["type"] == "reject";
        desk.sandbox.admin().wait_inbox(&ada.pn, reject, DEADLINE).await;
    };
    let changed = desk
        .call(
            "update_config",
            &[json!({ "autoRejectCalls": true, "maxReconnectAttempts": 5 })],
        )
        .await;
    assert_eq!(
        (&changed["autoRejectCalls"], &changed["maxReconnectAttempts"]),
        (&json!(true), &json!(5))
    );
    assert_eq!(desk.call("get_config", &[]).await, changed);
    declined(&desk).await;

    let proxy = Proxy::start(ProxyProtocol::Socks5).await;
    let set = desk
        .call("update_proxy", &[json!({ "proxyUrl": proxy.url() })])
        .await;
    assert_eq!(
        (&set["enabled"], &set["proxyType"], &set["hasCredentials"]),
        (&json!(true), &json!("socks5"), &json!(true))
    );
    assert_eq!(desk.call("get_proxy", &[]).await, set);
    desk.call("stop", &[]).await;
    desk.call("start", &[]).await;
    let socket = |entry: &Value| entry["request"].as_str().unwrap().starts_with("GET /ws/chat");
    proxy.seen().wait("the socket", socket, DEADLINE).await;
    desk.status("ready").await;
    // What a session is set to outlives its connection.
    declined(&desk).await;
    assert!(!desk.gateway.log().contains("p%40ss"));
}

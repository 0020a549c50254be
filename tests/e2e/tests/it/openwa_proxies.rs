//! Sessions behind a proxy: everything goes through it, and nothing around it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wagon_test_kit::{
    Account, Baileys, DEADLINE, Gateway, MASTER_KEY, OpenWa, Proxy, ProxyProtocol, Sandbox, wait_until,
};

use crate::support::{Scene, string};

const PIXELS: &[u8] = include_bytes!("../../assets/pixels.png");

struct Shop {
    scene: Scene,
    ada: Account,
}

impl Shop {
    async fn start() -> Self {
        let scene = Scene::start(Gateway::builder()).await;
        let ada = scene.sandbox.admin().account("Ada").await;
        Self { scene, ada }
    }

    fn openwa(&self) -> OpenWa {
        self.scene.gateway.openwa()
    }

    async fn ready(&self) {
        wait_until(DEADLINE, "a working session", async || {
            let answer = self.openwa().get(&self.scene.path("")).await;
            let device = self.device().await;
            if answer.body["status"] == "ready" && device["connected"] == true {
                Ok(())
            } else {
                Err((answer, device))
            }
        })
        .await;
    }

    /// The gateway's device, as the network sees it.
    async fn device(&self) -> Value {
        let known = self.scene.sandbox.admin().inspect(&self.scene.shop.pn).await;
        let devices = known["devices"].as_array().cloned().unwrap_or_default();
        devices
            .into_iter()
            .find(|device| device["id"] != 0)
            .unwrap_or_default()
    }

    /// Starts the session anew, through this proxy.
    async fn go_through(&self, proxy: &Proxy) {
        let openwa = self.openwa();
        openwa.invoke(&self.scene.path("/stop")).await.expect(200);
        let change = json!({ "proxyUrl": proxy.url() });
        let set = openwa.patch(&self.scene.path("/proxy"), change).await.expect(200);
        assert_eq!(
            (&set["enabled"], &set["hasCredentials"]),
            (&json!(true), &json!(true))
        );
        openwa.invoke(&self.scene.path("/start")).await.expect(200);
        self.ready().await;
    }

    /// A picture that Ada's phone has sent: where its bytes are to be had.
    async fn picture_from_ada(&self) -> String {
        let events = self.scene.gateway.v1().events("events=message").await;
        let media = json!({ "kind": "image", "data": STANDARD.encode(PIXELS), "mimetype": "image/png" });
        let admin = self.scene.sandbox.admin();
        let message = json!({ "to": self.scene.shop.jid(), "media": media });
        let id = admin.send_with(&self.ada.pn, message).await;
        let told = |event: &Value| event["payload"]["waMessageId"] == id;
        events.wait_event(told, DEADLINE).await;
        let path = self
            .scene
            .path(&format!("/messages/{}@c.us/{id}/media", self.ada.pn));
        format!("{}/api{path}", self.scene.gateway.base_url())
    }

    async fn fetch(&self, url: &str) -> reqwest::Response {
        let client = reqwest::Client::new();
        let answer = client.get(url).header("x-api-key", MASTER_KEY).send().await;
        answer.expect("the gateway answers")
    }
}

async fn everything_goes_through(protocol: ProxyProtocol) {
    let shop = Shop::start().await;
    let peer = Baileys::pair(shop.scene.sandbox.admin(), "Ada", &shop.ada.pn).await;
    let proxy = Proxy::start(protocol).await;
    shop.go_through(&proxy).await;
    let went = async |what: &str, begins: &str| {
        let begins = |entry: &Value| string(entry, "request").starts_with(begins);
        proxy.seen().wait(what, begins, DEADLINE).await
    };
    let socket = went("the socket", "GET /ws/chat").await;
    let network = shop.scene.sandbox.admin().url().trim_start_matches("http://");
    assert_eq!(socket["target"], network);

    let chat = format!("{}@c.us", shop.ada.pn);
    let image = json!({ "chatId": chat, "base64": STANDARD.encode(PIXELS), "mimetype": "image/png" });
    let sent = shop
        .openwa()
        .post(&shop.scene.path("/messages/send-image"), image)
        .await;
    let sent = string(&sent.expect(201), "messageId");
    let arrived = |message: &Value| message["id"].as_str().is_some_and(|id| sent.ends_with(id));
    assert_eq!(peer.wait_message(arrived, DEADLINE).await["type"], "image");
    went("the upload", "POST /mms/image").await;

    let url = shop.picture_from_ada().await;
    let answer = shop.fetch(&url).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.bytes().await.expect("a body"), PIXELS);
    went("the download", "GET /v/image").await;

    // What breaks down is not gone around, and neither is what stays broken.
    let url = shop.picture_from_ada().await;
    proxy.break_down();
    wait_until(DEADLINE, "attempts at the broken proxy", async || {
        let had = proxy.turned_away();
        if had > 1 { Ok(()) } else { Err(had) }
    })
    .await;
    assert_eq!(shop.device().await["connected"], false);
    let refused = shop.fetch(&url).await.status();
    assert!(!refused.is_success(), "{refused}");
    proxy.mend();
    shop.ready().await;
    assert_eq!(shop.fetch(&url).await.status(), 200);
}

#[tokio::test]
async fn everything_goes_through_an_http_proxy() {
    everything_goes_through(ProxyProtocol::Http).await;
}

#[tokio::test]
async fn everything_goes_through_a_socks_proxy() {
    everything_goes_through(ProxyProtocol::Socks5).await;
}

#[tokio::test]
async fn a_proxy_is_tried_before_it_is_taken() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let openwa = gateway.openwa();
    let http = Proxy::start(ProxyProtocol::Http).await;
    let socks = Proxy::start(ProxyProtocol::Socks5).await;
    let good = json!({ "name": "shop", "proxyUrl": http.url() });
    openwa.post("/sessions", good).await.expect(201);
    let set = openwa.get("/sessions/shop/proxy").await.expect(200);
    assert_eq!(
        (&set["proxyType"], &set["hasCredentials"]),
        (&json!("http"), &json!(true))
    );
    // Nobody listens at a port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port is free");
    let closed = format!("http://session:p%40ss%2Fword@{free}");
    for (url, problem) in [
        (closed, "the proxy cannot be reached"),
        (http.url_with("session", "guess"), "the proxy refused the login"),
        (socks.url_with("session", "guess"), "the proxy refused the login"),
        // No proxy at all.
        (sandbox.admin().url().to_owned(), "the proxy answered 404"),
        (
            sandbox.admin().url().replace("http", "socks5"),
            "what the proxy answered makes no sense",
        ),
    ] {
        let change = json!({ "proxyUrl": url });
        let refused = openwa.patch("/sessions/shop/proxy", change).await.expect(400);
        assert_eq!(
            refused["message"],
            json!([format!("proxyUrl: {problem}")]),
            "{url}"
        );
        let other = json!({ "name": "other", "proxyUrl": url });
        let refused = openwa.post("/sessions", other).await.expect(400);
        assert_eq!(
            refused["message"],
            json!([format!("proxyUrl: {problem}")]),
            "{url}"
        );
    }
    assert_eq!(openwa.get("/sessions/shop/proxy").await.expect(200), set);
    openwa.get("/sessions/other").await.expect(404);
    let log = gateway.log();
    assert!(!log.contains("guess") && !log.contains("p%40ss"), "{log}");
}

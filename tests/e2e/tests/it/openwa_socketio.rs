//! Events of the OpenWA dialect over Socket.IO, as the library from npm receives them.

use futures_util::future::join_all;
use serde_json::{Value, json};
use wagon_test_kit::{DEADLINE, EventSocket, Gateway, MASTER_KEY, OpenWa, Sandbox, cast, wait_until};

use crate::support::{Scene, string};

async fn key(root: &OpenWa, body: Value) -> (String, String) {
    let made = root.post("/auth/api-keys", body).await.expect(201);
    (string(&made, "id"), string(&made, "apiKey"))
}

async fn hear(scene: &Scene, from: &str, text: &str) -> String {
    let admin = scene.sandbox.admin();
    admin.send(from, &scene.shop.jid(), text).await
}

/// The client was told so and then disconnected.
async fn assert_turned_away(socket: &EventSocket, code: &str, message: &str) {
    let error = socket
        .frame("the refusal", |frame| frame["type"] == "error")
        .await;
    assert_eq!(
        (&error["code"], &error["message"]),
        (&json!(code), &json!(message)),
        "{error}"
    );
    assert!(error["timestamp"].is_string(), "{error}");
    assert_eq!(socket.closed().await["reason"], "io server disconnect");
}

#[tokio::test]
async fn a_client_is_told_what_it_subscribed_to() {
    let scene = Scene::start(Gateway::builder()).await;
    let mut socket = EventSocket::open(&scene.gateway, MASTER_KEY);
    let pong = socket.ask(json!({ "type": "ping" })).await;
    assert_eq!(pong["type"], "pong");
    assert!(string(&pong, "timestamp").ends_with('Z'), "{pong}");
    socket
        .subscribe(&scene.session, &["message.received", "message.sent"])
        .await;

    let id = hear(&scene, cast::READER, "hello").await;
    let chat = format!("{}@c.us", cast::READER);
    let told = socket
        .told("message.received", |data| data["body"] == "hello")
        .await;
    let stored = &told["payload"]["data"]["timestamp"];
    assert!(stored.is_i64(), "{told}");
    let told_at = told["timestamp"].as_str().unwrap_or_default();
    assert!(chrono::DateTime::parse_from_rfc3339(told_at).is_ok(), "{told}");
    let contact = told["payload"]["data"]["contact"].clone();
    assert_eq!(
        told,
        json!({
            "type": "event", "timestamp": told["timestamp"],
            "payload": {
                "event": "message.received", "sessionId": scene.session,
                "data": {
                    "id": format!("false_{chat}_{id}"), "from": chat, "chatId": chat,
                    "to": format!("{}@c.us", scene.shop.pn), "body": "hello", "type": "text", "kind": "individual",
                    "fromMe": false, "isGroup": false, "timestamp": stored, "contact": contact,
                },
            },
        })
    );

    let body = json!({ "chatId": chat, "text": "hi there" });
    let sent = scene.gateway.openwa();
    let sent = sent
        .post(&scene.path("/messages/send-text"), body)
        .await
        .expect(201);
    let sent_id = string(&sent, "messageId");
    let told = socket.told("message.sent", |data| data["id"] == sent_id).await;
    assert_eq!(told["payload"]["data"]["body"], "hi there");
    let acks = |socket: &EventSocket| {
        let all = socket.seen().all();
        let acks = all
            .iter()
            .filter(|line| line["frame"]["payload"]["event"] == "message.ack");
        acks.count()
    };
    assert_eq!(acks(&socket), 0, "nobody asked for acknowledgements");

    let bye = json!({ "type": "unsubscribe", "sessionId": scene.session, "events": ["message.received"] });
    let reply = socket.ask(bye).await;
    assert_eq!(
        (&reply["type"], &reply["sessionId"]),
        (&json!("unsubscribed"), &json!(scene.session))
    );
    socket.subscribe("*", &["message.ack"]).await;
    let unheard = hear(&scene, cast::READER, "unheard").await;
    let body = json!({ "chatId": chat, "text": "again" });
    let sent = scene.gateway.openwa();
    let sent = sent
        .post(&scene.path("/messages/send-text"), body)
        .await
        .expect(201);
    let sent_id = string(&sent, "messageId");
    let read = |data: &Value| data["messageId"] == sent_id && data["status"] == "read";
    let told = socket.told("message.ack", read).await;
    assert_eq!(told["payload"]["data"]["ack"], 3);
    let all = socket.seen().all();
    assert!(
        !all.iter().any(|line| line.to_string().contains(&unheard)),
        "{all:?}"
    );
}

#[tokio::test]
async fn a_session_may_be_named_and_everything_asked_for() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    let made = root
        .post("/sessions", json!({ "name": "my-shop" }))
        .await
        .expect(201);
    let id = string(&made, "id");
    // By long polling alone, with the key in a header.
    let options = json!({ "transports": ["polling"], "extraHeaders": { "x-api-key": MASTER_KEY } });
    let mut operator = EventSocket::open_with(&gateway, &options);
    operator.subscribe("my-shop", &["*"]).await;
    let (_, viewer) = key(&root, json!({ "name": "viewer", "role": "viewer" })).await;
    let mut viewer = EventSocket::open(&gateway, &viewer);
    viewer.subscribe("*", &["*"]).await;

    root.invoke("/sessions/my-shop/start").await.expect(200);
    let qr = operator.told("session.qr", |_| true).await;
    assert_eq!(qr["payload"]["sessionId"], id);
    let picture = string(&qr["payload"]["data"], "qr");
    assert!(picture.starts_with("data:image/png;base64,"), "{picture}");
    root.invoke("/sessions/my-shop/stop").await.expect(200);
    for socket in [&operator, &viewer] {
        let stopped = |data: &Value| data["status"] == "disconnected";
        socket.told("session.status", stopped).await;
    }
    let all = viewer.seen().all();
    assert!(
        !all.iter()
            .any(|line| line["frame"]["payload"]["event"] == "session.qr"),
        "who may not link does not see the code: {all:?}"
    );
}

#[tokio::test]
async fn bad_keys_and_requests_are_told_what_is_wrong() {
    let sandbox = Sandbox::start().await;
    let gateway = Gateway::builder().sandbox(sandbox.admin()).start().await;
    let root = gateway.openwa();
    let none = EventSocket::open_with(&gateway, &json!({}));
    assert_turned_away(&none, "UNAUTHORIZED", "API key is required").await;
    let wrong = EventSocket::open(&gateway, "owa_k1_wrong");
    assert_turned_away(&wrong, "UNAUTHORIZED", "Invalid API key").await;

    let made = root
        .post("/sessions", json!({ "name": "mine" }))
        .await
        .expect(201);
    root.post("/sessions", json!({ "name": "theirs" }))
        .await
        .expect(201);
    let limited = json!({ "name": "limited", "allowedSessions": [made["id"]] });
    let (id, limited) = key(&root, limited).await;
    let mut limited = EventSocket::open(&gateway, &limited);
    limited.subscribe("mine", &["*"]).await;
    for (frame, code) in [
        (
            json!({ "type": "subscribe", "sessionId": "theirs", "events": ["*"] }),
            "FORBIDDEN_SESSION",
        ),
        (
            json!({ "type": "subscribe", "sessionId": "*", "events": ["*"] }),
            "FORBIDDEN_SESSION",
        ),
        (
            json!({ "type": "subscribe", "sessionId": "nowhere", "events": ["*"] }),
            "FORBIDDEN_SESSION",
        ),
        (json!({ "type": "subscribe", "events": ["*"] }), "INVALID_SESSION"),
        (
            json!({ "type": "subscribe", "sessionId": "mine", "events": ["message.failed"] }),
            "INVALID_EVENTS",
        ),
        (json!({ "type": "shout" }), "INVALID_MESSAGE"),
    ] {
        let reply = limited.ask(frame.clone()).await;
        assert_eq!(
            (&reply["type"], &reply["code"]),
            (&json!("error"), &json!(code)),
            "{frame}"
        );
    }
    let mut any = EventSocket::open(&gateway, MASTER_KEY);
    let unknown = json!({ "type": "subscribe", "sessionId": "nowhere", "events": ["*"] });
    assert_eq!(any.ask(unknown).await["code"], "INVALID_SESSION");

    // What happens to the other session is not told, and a key that is revoked loses its socket.
    any.subscribe("*", &["session.status"]).await;
    root.invoke("/sessions/theirs/start").await.expect(200);
    any.told("session.status", |_| true).await;
    root.invoke(&format!("/auth/api-keys/{id}/revoke"))
        .await
        .expect(200);
    assert_turned_away_at_last(&limited).await;
    let all = limited.seen().all();
    let told = all.iter().any(|line| line["frame"]["type"] == "event");
    assert!(!told, "{all:?}");
    assert!(!gateway.log().contains("owa_k1_wrong"));
}

async fn assert_turned_away_at_last(socket: &EventSocket) {
    let error = |frame: &Value| frame["type"] == "error" && frame["code"] == "UNAUTHORIZED";
    socket.frame("the end of the key", error).await;
    assert_eq!(socket.closed().await["reason"], "io server disconnect");
}

#[tokio::test]
async fn a_key_for_some_chats_hears_of_those() {
    let scene = Scene::start(Gateway::builder()).await;
    let chats = json!({ "name": "reader", "allowedChats": [format!("{}@c.us", cast::READER)] });
    let (_, narrow) = key(&scene.gateway.openwa(), chats).await;
    let mut narrow = EventSocket::open(&scene.gateway, &narrow);
    narrow.subscribe(&scene.session, &["*"]).await;
    hear(&scene, cast::ECHO, "from somebody else").await;
    hear(&scene, cast::READER, "from the reader").await;
    let told = narrow.told("message.received", |_| true).await;
    assert_eq!(told["payload"]["data"]["body"], "from the reader");
    let all = narrow.seen().all();
    let elsewhere = |line: &&Value| {
        let data = &line["frame"]["payload"]["data"];
        line["frame"]["type"] == "event" && data["chatId"] != format!("{}@c.us", cast::READER)
    };
    assert_eq!(all.iter().find(elsewhere), None);
}

#[tokio::test]
async fn there_are_so_many_sockets_and_no_more() {
    let sandbox = Sandbox::start().await;
    let builder = Gateway::builder().env("WS_MAX_SOCKETS_PER_KEY", "1");
    let mut gateway = builder.sandbox(sandbox.admin()).start().await;
    let mut first = EventSocket::open(&gateway, MASTER_KEY);
    first.ask(json!({ "type": "ping" })).await;
    let second = EventSocket::open(&gateway, MASTER_KEY);
    assert_turned_away(&second, "RATE_LIMITED", "too many sockets for this API key").await;
    // Frames come at a pace.
    for number in 0..400 {
        first
            .say(&json!({ "type": "ping", "requestId": format!("{number}") }))
            .await;
    }
    let limited = |frame: &Value| frame["code"] == "RATE_LIMITED" && frame["requestId"].is_string();
    first.frame("the limit of frames", limited).await;
    // Ten handshakes a minute from one address: two are spent.
    for _ in 0..8 {
        let more = EventSocket::open(&gateway, "wrong");
        assert_turned_away(&more, "UNAUTHORIZED", "Invalid API key").await;
    }
    let late = EventSocket::open(&gateway, "wrong");
    assert_turned_away(&late, "RATE_LIMITED", "too many connections").await;
    gateway.terminate().await;
    first.closed().await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_dropped() {
    let scene = Scene::start(Gateway::builder().env("WAGON_LOG", "debug")).await;
    let options = json!({ "transports": ["polling"], "auth": { "apiKey": MASTER_KEY } });
    let mut slow = EventSocket::open_with(&scene.gateway, &options);
    slow.subscribe(&scene.session, &["message.received"]).await;
    slow.freeze();
    // One poll waits; what comes after it does the gateway keep, up to a limit.
    wait_until(DEADLINE, "the gateway to give the client up", async || {
        join_all((0..30).map(|_| hear(&scene, cast::READER, "too much"))).await;
        let log = scene.gateway.log();
        if log.contains("a socket no longer takes frames") {
            return Ok(());
        }
        Err(slow.seen().mark())
    })
    .await;
    slow.thaw();
    slow.closed().await;
}

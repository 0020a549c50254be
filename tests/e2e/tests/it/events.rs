//! The event log as its followers see it: NDJSON and WebSocket.

use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::{connect_async, tungstenite};
use wagon_test_kit::{DEADLINE, EventStream, Gateway, V1, cast};

use crate::support::{BEGINNING, Scene, is_message, log_until, string, wagon};

/// The gateway looks at the keys behind open streams every 15 seconds.
const KEY_CHECK: std::time::Duration = std::time::Duration::from_mins(1);

/// Lets the phone of the reader send to the session, and waits until the event is there.
async fn receive(scene: &Scene, content: &str) {
    let admin = scene.sandbox.admin();
    admin.send(cast::READER, &scene.shop.jid(), content).await;
    log_until(&scene.gateway.v1(), is_message(content)).await;
}

/// The frames of a stream that are events.
fn told(stream: &EventStream) -> Vec<Value> {
    let mut frames = stream.seen().all();
    frames.retain(|frame| frame["id"].is_string());
    frames
}

#[tokio::test]
async fn a_stream_opens_with_connected_and_goes_on_with_what_is_new() {
    let scene = Scene::start(Gateway::builder()).await;
    receive(&scene, "before").await;
    let v1 = scene.gateway.v1();
    let request = v1.request(Method::GET, "/events");
    let response = request.send().await.expect("the gateway answers");
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    drop(response);

    let stream = v1.events("").await;
    receive(&scene, "after").await;
    stream.wait_event(is_message("after"), DEADLINE).await;
    let frames = stream.seen().all();
    assert_eq!(frames[0]["event"], "connected");
    assert_eq!(frames[0]["heartbeatSeconds"], 20);
    assert!(frames[0]["timestamp"].is_i64());
    assert_eq!(
        stream.seen().count(is_message("before")),
        0,
        "nothing from the past"
    );
    let event = frames.iter().find(|frame| is_message("after")(frame)).unwrap();
    assert_eq!(event["schema"], "v1");
    assert_eq!(event["session"], *scene.session);
    assert_eq!(event["payload"]["fromMe"], false);
    assert_eq!(
        event["payload"]["senderJid"],
        format!("{}@s.whatsapp.net", cast::READER)
    );
}

#[tokio::test]
async fn a_stream_tells_what_was_asked_for() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let other = scene.sandbox.admin().account("Other").await;
    let other_session = v1.paired_session(scene.sandbox.admin(), &other.pn).await;
    receive(&scene, "for the shop").await;
    let to_other = scene.sandbox.admin();
    to_other.send(cast::READER, &other.jid(), "for the other").await;
    let all = log_until(&v1, is_message("for the other")).await;
    let both = |event: &Value| event["event"] == "message" || event["event"] == "session.status";

    for (query, wanted) in [
        (
            format!("session={other_session}"),
            &(|event: &Value| event["session"] == *other_session) as &dyn Fn(&Value) -> bool,
        ),
        ("events=message".to_owned(), &|event| event["event"] == "message"),
        ("types=session.status,message".to_owned(), &both),
        ("events=*".to_owned(), &|_| true),
        (
            format!("session={other_session}&events=session.status,message"),
            &|event| event["session"] == *other_session && both(event),
        ),
    ] {
        let stream = v1.events(&format!("{query}&since={BEGINNING}")).await;
        stream.wait_event(is_message("for the other"), DEADLINE).await;
        let expected: Vec<&Value> = all.iter().filter(|event| wanted(event)).collect();
        let found = told(&stream);
        assert_eq!(
            found[..expected.len().min(found.len())]
                .iter()
                .collect::<Vec<_>>(),
            expected,
            "{query}"
        );
    }

    for (query, names) in [
        ("events=message.received", "query.events"),
        ("types=message,nonsense", "query.events"),
        ("since=yesterday", "query.since"),
    ] {
        let refused = v1.get(&format!("/events?{query}")).await.expect(400);
        assert_eq!(refused["error"]["code"], "validation_error", "{query}");
        assert!(refused.to_string().contains(names), "{refused}");
    }
}

#[tokio::test]
async fn following_again_gives_every_later_event_once() {
    let mut scene = Scene::start(Gateway::builder()).await;
    let mut gathered = Vec::new();
    let mut since = BEGINNING.to_owned();
    for round in 0..6 {
        let v1 = scene.gateway.v1();
        let stream = v1.events(&format!("since={since}")).await;
        let content = format!("round {round}");
        receive(&scene, &content).await;
        let last = stream.wait_event(is_message(&content), DEADLINE).await;
        let mut frames = told(&stream);
        // What came after the last one that the client took note of is for the next time.
        frames.truncate(1 + frames.iter().position(|frame| frame["id"] == last["id"]).unwrap());
        since = string(&last, "id");
        gathered.extend(frames);
        match round {
            1 => scene.gateway.kill_9().await,
            3 => scene.gateway.terminate().await,
            _ => continue,
        }
        scene.gateway.start_again().await;
        scene.gateway.v1().wait_session(&scene.session, "working").await;
    }
    let log = log_until(&scene.gateway.v1(), is_message("round 5")).await;
    assert_eq!(gathered, log);
    let mut ids: Vec<String> = log.iter().map(|event| string(event, "id")).collect();
    assert!(ids.is_sorted());
    ids.dedup();
    assert_eq!(ids.len(), log.len());
}

/// A ticket's WebSocket address.
async fn ticket(gateway: &Gateway, v1: &V1, body: Value) -> String {
    let issued = v1.post("/realtime/ticket", body).await.expect(201);
    assert_eq!(issued["expiresInSeconds"], 30);
    assert!(string(&issued, "ticket").starts_with("rt_"));
    let url = string(&issued, "url");
    assert!(url.ends_with(&string(&issued, "ticket")), "{url}");
    format!("{}{url}", gateway.base_url().replace("http", "ws"))
}

#[tokio::test]
async fn a_ticket_opens_one_web_socket() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    receive(&scene, "before").await;
    let body = json!({
        "scope": "session", "session": scene.session, "events": ["message"], "since": BEGINNING,
    });
    let url = ticket(&scene.gateway, &v1, body).await;
    let (mut socket, _) = connect_async(&url).await.expect("a fresh ticket is valid");
    receive(&scene, "after").await;
    let mut frames: Vec<Value> = Vec::new();
    while frames.len() < 3 {
        let frame = timeout(DEADLINE, socket.next()).await.expect("frames come");
        let frame = frame.expect("the socket stays open").expect("the socket works");
        if let tungstenite::Message::Text(text) = frame {
            frames.push(serde_json::from_str(&text).expect("frames are JSON"));
        }
    }
    assert_eq!(frames[0]["event"], "connected");
    assert!(is_message("before")(&frames[1]), "{}", frames[1]);
    assert!(is_message("after")(&frames[2]), "{}", frames[2]);
    let stream = v1.events(&format!("events=message&since={BEGINNING}")).await;
    stream.wait_event(is_message("after"), DEADLINE).await;
    assert_eq!(told(&stream), frames[1..], "the same frames as over HTTP");

    assert_eq!(refusal(&url).await, 401, "used");
    assert_eq!(refusal(&url.replace("rt_", "rt_x")).await, 401, "made up");
    assert_eq!(refusal(url.split('?').next().unwrap()).await, 401, "none");
}

#[tokio::test]
async fn a_ticket_that_was_not_used_right_stays_valid() {
    let scene = Scene::start(Gateway::builder()).await;
    let v1 = scene.gateway.v1();
    let url = ticket(&scene.gateway, &v1, json!({})).await;
    let plain = reqwest::get(url.replace("ws://", "http://")).await;
    assert_eq!(plain.expect("the gateway answers").status(), 400);
    connect_async(&url).await.expect("no handshake, not used");
}

/// The status with which a WebSocket is refused.
async fn refusal(url: &str) -> u16 {
    match connect_async(url).await {
        Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn revoking_a_key_ends_its_streams() {
    let scene = Scene::start(Gateway::builder()).await;
    let data = scene.gateway.data_dir();
    let made = wagon(
        data,
        ["keys", "create", "--name", "follower", "--capabilities", "events"],
    )
    .await;
    let id = made.stderr.split_whitespace().next().unwrap().to_owned();
    assert!(id.starts_with("key_"), "{made:?}");
    let secret = made.expect_success();
    let follower = scene.gateway.v1().with_key(secret.trim());
    let socket_url = ticket(&scene.gateway, &follower, json!({})).await;
    let (mut socket, _) = connect_async(&socket_url).await.expect("a fresh ticket is valid");
    let url = format!("{}/api/v1/events", scene.gateway.base_url());
    let mut stream = reqwest::Client::new()
        .get(url)
        .bearer_auth(secret.trim())
        .send()
        .await
        .expect("the gateway answers");
    assert_eq!(stream.status(), 200);

    wagon(data, ["keys", "revoke", &id]).await.expect_success();
    let ended = timeout(KEY_CHECK, async {
        while let Ok(Some(_)) = stream.chunk().await {}
    });
    ended.await.expect("the stream ends");
    let closed = timeout(KEY_CHECK, async {
        while let Some(Ok(_)) = socket.next().await {}
    });
    closed.await.expect("the WebSocket is closed");
    let refused = follower.get("/events").await.expect(401);
    assert_eq!(refused["error"]["code"], "unauthorized");
    receive(&scene, "others go on").await;
}

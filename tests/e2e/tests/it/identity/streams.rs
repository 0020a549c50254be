//! Following events as a person.

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use wagon_test_kit::{DEADLINE, V1};

use super::crowd::{Crowd, refused};
use crate::support::string;

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn open(crowd: &Crowd, v1: &V1, body: Value) -> Socket {
    let ticket = v1.post("/realtime/ticket", body).await.expect(201);
    let base = crowd.gateway.base_url().replace("http://", "ws://");
    let url = format!("{base}/api/v1/realtime?ticket={}", string(&ticket, "ticket"));
    let (mut socket, _) = connect_async(url).await.unwrap();
    next(&mut socket, "connected").await;
    socket
}

/// The next frame of this event.
async fn next(socket: &mut Socket, event: &str) -> Value {
    loop {
        let message = timeout(DEADLINE, socket.next())
            .await
            .expect("a frame")
            .unwrap()
            .unwrap();
        if let Message::Text(text) = message {
            let frame: Value = serde_json::from_str(&text).unwrap();
            if frame["event"] == event {
                return frame;
            }
        }
    }
}

#[tokio::test]
async fn the_firehose_tells_of_all_organisations_to_those_who_run_the_gateway() {
    let crowd = Crowd::start().await;
    let (stranger, theirs) = crowd.stranger().await;
    let ours = string(&crowd.root.post("/sessions", json!({})).await.expect(201), "id");
    let foreign = string(&stranger.post("/sessions", json!({})).await.expect(201), "id");
    for v1 in [&stranger, &crowd.program()] {
        let answer = v1.post("/realtime/ticket", json!({ "scope": "firehose" })).await;
        assert_eq!(answer.expect(403)["error"]["message"], "super_admin required");
    }
    let mut all = open(&crowd, &crowd.root, json!({ "scope": "firehose" })).await;
    let mut own = open(&crowd, &crowd.root, json!({})).await;
    stranger.get(&format!("/sessions/{foreign}/qr")).await.expect(200);
    let told = next(&mut all, "auth.qr").await;
    assert_eq!(
        (&told["session"], &told["organization"]),
        (&json!(foreign), &json!(theirs))
    );
    crowd.root.get(&format!("/sessions/{ours}/qr")).await.expect(200);
    assert_eq!(next(&mut own, "auth.qr").await["session"], ours.as_str());
}

#[tokio::test]
async fn a_stream_ends_when_its_listener_is_no_member_any_more() {
    let crowd = Crowd::start().await;
    let (ada, user) = crowd.join("ada@example.com", "member").await;
    let stream = ada.events("").await;
    stream
        .wait_event(|frame| frame["event"] == "connected", DEADLINE)
        .await;
    let path = format!("/organizations/{}/members/{user}", crowd.org);
    crowd.root.delete(&path).await.expect(204);
    let end = async {
        let mut position = 0;
        while stream.seen().get(position).await.is_some() {
            position += 1;
        }
    };
    timeout(DEADLINE, end).await.expect("the stream ends");
    assert_eq!(refused(ada.get("/events?limit=1").await, 401), "unauthorized");
}

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wagon_test_kit::{Answering, DEADLINE, Gateway, MASTER_KEY, Receiver};

use super::{Desk, PNG};

/// What a peer finds in a message, after downloading it.
async fn downloaded(desk: &Desk, id: &str) -> Value {
    let download = json!({ "cmd": "downloadMedia", "message": desk.raw(id) });
    desk.peer.command(download).await
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[tokio::test]
async fn files_in_the_request_arrive_byte_by_byte() {
    let desk = Desk::start().await;
    let png = STANDARD.decode(PNG).expect("a constant");
    for (route, kind, mimetype, caption) in [
        ("send-image", "image", "image/png", json!("a dot")),
        ("send-video", "video", "video/mp4", json!("a dot")),
        ("send-audio", "audio", "audio/ogg", Value::Null),
        ("send-document", "document", "application/pdf", json!("a dot")),
    ] {
        let body = json!({ "base64": PNG, "mimetype": mimetype, "caption": "a dot", "filename": "dot" });
        let (id, received) = desk.send(route, body).await;
        assert_eq!((&received["type"], &received["text"]), (&json!(kind), &caption));
        let file = downloaded(&desk, &id).await;
        assert_eq!(
            (&file["sha256"], &file["mimetype"]),
            (&json!(hash(&png)), &json!(mimetype))
        );
    }
    let body = json!({ "base64": format!("data:image/png;base64,{PNG}"), "mimetype": "image/png" });
    let (_, received) = desk.send("send-sticker", body).await;
    assert_eq!(received["type"], "sticker");
    let body = json!({ "base64": PNG, "mimetype": "audio/ogg; codecs=opus", "ptt": true });
    let (id, _) = desk.send("send-audio", body).await;
    assert_eq!(desk.content(&id).await["audioMessage"]["ptt"], true);
}

#[tokio::test]
async fn files_are_fetched_from_where_the_operator_allows() {
    let builder = Gateway::builder().env("WAGON_OUTBOUND_ALLOW", "127.0.0.1");
    let desk = Desk::with(builder).await;
    let host = Receiver::start().await;
    let png = STANDARD.decode(PNG).expect("a constant");
    host.answer("dot.png", Answering::File("image/png", png.clone().into()));
    let body = json!({ "url": host.url("dot.png"), "caption": "from afar" });
    let (id, received) = desk.send("send-image", body).await;
    assert_eq!(received["text"], "from afar");
    let file = downloaded(&desk, &id).await;
    assert_eq!(
        (&file["sha256"], &file["mimetype"]),
        (&json!(hash(&png)), &json!("image/png"))
    );

    host.answer("gone.png", Answering::Status(404, "gone"));
    let body = json!({ "url": host.url("gone.png") });
    let refused = desk.call("send-image", body).await.expect(400);
    assert_eq!(
        refused["message"],
        json!(["url could not be fetched: answered 404"])
    );
}

#[tokio::test]
async fn one_cap_holds_for_requests_and_downloads() {
    let builder = Gateway::builder()
        .env("WAGON_OUTBOUND_ALLOW", "127.0.0.1")
        .env("MEDIA_DOWNLOAD_MAX_BYTES", "1000");
    let desk = Desk::with(builder).await;
    let host = Receiver::start().await;
    host.answer("large", Answering::File("application/pdf", vec![7; 1001].into()));
    host.answer("fits", Answering::File("application/pdf", vec![7; 1000].into()));
    for body in [
        json!({ "base64": STANDARD.encode([7; 1001]), "mimetype": "application/pdf" }),
        json!({ "url": host.url("large") }),
        // More than the body of a request may have.
        json!({ "base64": STANDARD.encode(vec![7; 2 * 1024 * 1024]), "mimetype": "application/pdf" }),
    ] {
        let refused = desk.call("send-document", body).await.expect(413);
        assert_eq!(refused["statusCode"], 413);
    }
    let (_, received) = desk
        .send("send-document", json!({ "url": host.url("fits") }))
        .await;
    assert_eq!(received["type"], "document");

    // And for what others send.
    for (bytes, status) in [(1000, 200), (1001, 413)] {
        let data = STANDARD.encode(vec![7; bytes]);
        let media = json!({ "kind": "document", "data": data, "mimetype": "application/pdf" });
        let message = json!({ "to": desk.scene.shop.jid(), "media": media });
        let events = desk.scene.gateway.v1().events("events=message").await;
        let id = desk.scene.sandbox.admin().send_with(&desk.ada.pn, message).await;
        let told = |event: &Value| event["payload"]["waMessageId"] == id;
        events.wait_event(told, DEADLINE).await;
        let path = desk.path(&format!("{}/{id}/media", desk.chat()));
        let url = format!("{}/api{path}", desk.scene.gateway.base_url());
        let client = reqwest::Client::new();
        let answer = client.get(url).header("x-api-key", MASTER_KEY).send().await;
        assert_eq!(answer.expect("the gateway answers").status(), status, "{bytes}");
    }
}

//! Refusals beyond the table of errors.

use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::{Answer, DEADLINE, Gateway};

use super::{Desk, PNG};
use crate::support::limited_key;

fn refused(answer: Answer, status: u16, error: &str) -> Value {
    let body = answer.expect(status);
    assert_eq!(
        (&body["statusCode"], &body["error"]),
        (&json!(status), &json!(error)),
        "{body}"
    );
    body["message"].clone()
}

#[tokio::test]
async fn a_wrong_body_is_a_400_with_a_list() {
    let desk = Desk::start().await;
    let long = "é".repeat(1025);
    for (route, body, messages) in [
        ("send-text", json!({}), json!(["text should not be empty"])),
        (
            "send-text",
            json!({ "text": "a", "foo": 1 }),
            json!(["property foo should not exist"]),
        ),
        (
            "send-image",
            json!({ "image": { "url": "https://example.com/a.png" } }),
            json!(["property image should not exist"]),
        ),
        (
            "send-image",
            json!({ "caption": "a" }),
            json!(["Either url or base64 must be provided"]),
        ),
        (
            "send-image",
            json!({ "base64": PNG }),
            json!(["mimetype is required when using base64 data"]),
        ),
        (
            "send-image",
            json!({ "base64": "a-_b", "mimetype": "image/png" }),
            json!(["base64 must be base64 encoded"]),
        ),
        (
            "send-image",
            json!({ "base64": PNG, "mimetype": "image/png", "caption": long }),
            json!(["caption must be shorter than or equal to 1024 characters"]),
        ),
        (
            "send-document",
            json!({ "base64": PNG, "mimetype": "image/png", "filename": long }),
            json!(["filename must be shorter than or equal to 255 characters"]),
        ),
        (
            "send-video",
            json!({ "base64": PNG, "mimetype": "video/mp4", "ptt": true }),
            json!(["property ptt should not exist"]),
        ),
        // The gateway's own network is nobody's business.
        (
            "send-image",
            json!({ "url": "http://127.0.0.1:1/a.png" }),
            json!(["Destination address is not allowed"]),
        ),
        (
            "send-image",
            json!({ "url": "http://169.254.169.254/latest" }),
            json!(["Destination address is not allowed"]),
        ),
        (
            "send-location",
            json!({ "latitude": 91, "longitude": 0 }),
            json!(["latitude must be between -90 and 90"]),
        ),
        (
            "send-location",
            json!({ "latitude": 0, "longitude": -180.5 }),
            json!(["longitude must be between -180 and 180"]),
        ),
        (
            "send-location",
            json!({}),
            json!(["latitude must be a number", "longitude must be a number"]),
        ),
        (
            "send-contact",
            json!({ "contactName": "Jamie" }),
            json!(["contactNumber should not be empty"]),
        ),
        (
            "send-contact",
            json!({ "contactName": "Jamie", "contactNumber": "none" }),
            json!(["contactNumber must be a phone number"]),
        ),
        (
            "reply",
            json!({ "text": "a" }),
            json!(["quotedMessageId should not be empty"]),
        ),
        (
            "react",
            json!({ "messageId": "3EB0A1" }),
            json!(["emoji must be a string"]),
        ),
    ] {
        let answer = desk.call(route, body.clone()).await;
        assert_eq!(refused(answer, 400, "Bad Request"), messages, "{route} {body}");
    }
    let body = json!({ "chatId": desk.chat(), "fromChatId": desk.chat(), "messageId": "3EB0A1" });
    let answer = desk.call("forward", body).await;
    let messages = json!(["property chatId should not exist"]);
    assert_eq!(refused(answer, 400, "Bad Request"), messages);
}

#[tokio::test]
async fn a_session_that_does_not_run_is_a_400_and_no_404() {
    let desk = Desk::start().await;
    let body = json!({ "chatId": desk.chat(), "text": "a" });
    let openwa = desk.openwa();
    for session in ["sess_unknown", "my-session"] {
        let path = format!("/sessions/{session}/messages/send-text");
        let answer = openwa.post(&path, body.clone()).await;
        let message = format!("Session '{session}' is not active. Start the session first.");
        assert_eq!(refused(answer, 400, "Bad Request"), json!(message));
    }
    let stop = format!("/sessions/{}:stop", desk.scene.session);
    desk.scene.gateway.v1().post(&stop, json!({})).await;
    let message = format!(
        "Session '{}' is not active. Start the session first.",
        desk.scene.session
    );
    for (route, body) in [
        ("send-text", json!({ "text": "a" })),
        ("send-image", json!({ "base64": PNG, "mimetype": "image/png" })),
        ("send-location", json!({ "latitude": 1, "longitude": 2 })),
    ] {
        let answer = desk.call(route, body).await;
        assert_eq!(refused(answer, 400, "Bad Request"), json!(message), "{route}");
    }
}

#[tokio::test]
async fn keys_are_checked_before_anything_else() {
    let desk = Desk::start().await;
    let gateway = &desk.scene.gateway;
    let path = desk.path("send-image");
    let body = json!({});
    let nobody = gateway.openwa().anonymous().post(&path, body.clone()).await;
    assert_eq!(refused(nobody, 401, "Unauthorized"), "API key is required");
    let wrong = gateway.openwa().with_key("wrong").post(&path, body.clone()).await;
    assert_eq!(refused(wrong, 401, "Unauthorized"), "Invalid API key");

    let viewer = limited_key(gateway, "read", &desk.scene.session).await;
    let viewer = gateway.openwa().with_key(&viewer);
    let message = "Insufficient permissions. Required: operator";
    for route in ["send-image", "react", "forward"] {
        let answer = viewer.post(&desk.path(route), body.clone()).await;
        assert_eq!(refused(answer, 403, "Forbidden"), message);
    }

    let other = gateway.v1().post("/sessions", json!({ "start": false })).await;
    let other = crate::support::string(&other.body, "id");
    let elsewhere = limited_key(gateway, "read,send", &other).await;
    let answer = gateway.openwa().with_key(&elsewhere).post(&path, body).await;
    let message = "API key not authorized for this session";
    assert_eq!(refused(answer, 401, "Unauthorized"), message);
}

#[tokio::test]
async fn what_whatsapp_refuses_is_a_500() {
    let desk = Desk::with(Gateway::builder()).await;
    let fault = json!({ "action": { "kind": "ack_error", "code": 499 }, "count": 1 });
    desk.scene.sandbox.admin().fault(fault).await;
    let answer = desk.call("send-text", json!({ "text": "a" })).await;
    let message = refused(answer, 500, "Internal Server Error");
    assert!(
        message.as_str().is_some_and(|text| text.contains("499")),
        "{message}"
    );
    // Nothing is left behind of it.
    let sent = desk.call("send-text", json!({ "text": "b" })).await.expect(201);
    let raw = desk.raw(&crate::support::string(&sent, "messageId"));
    desk.peer
        .wait_message(|message| message["id"] == raw, DEADLINE)
        .await;
    assert!(desk.peer.messages(|message| message["text"] == "a").is_empty());
}

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method_have_the_envelope() {
    let desk = Desk::start().await;
    let openwa = desk.openwa();
    let answer = openwa.post(&desk.path("send-nothing"), json!({})).await;
    let message = format!("Cannot POST /api{}", desk.path("send-nothing"));
    assert_eq!(refused(answer, 404, "Not Found"), json!(message));
    let answer = openwa
        .send(openwa.request(Method::GET, &desk.path("send-image")))
        .await;
    refused(answer, 405, "Method Not Allowed");
}

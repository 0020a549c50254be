use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::cast;

use super::{Callers, SECRET, VALIDATION, check, has_envelope, recipient, row};

#[tokio::test]
async fn bodies_are_checked_field_by_field() {
    let callers = Callers::start().await;
    let v1 = &callers.admin;
    let messages = format!("/sessions/{}/messages", callers.session);
    let post = |path: &str, body: Value| v1.request(Method::POST, path).json(&body);
    let send = |body: Value| post(&messages, body);
    let text = |to: &str, text: &str| json!({ "type": "text", "to": to, "text": text });
    let bare = cast::READER;
    let mut extra = text(&recipient(), "hello");
    extra["colour"] = json!(SECRET);
    let mut quoting = text(&recipient(), "hello");
    quoting["replyTo"] = json!(format!("{SECRET} ✂"));
    let mut mentioning = text(&recipient(), "hello");
    mentioning["mentions"] = json!([recipient(), SECRET]);
    let long_key = send(text(&recipient(), "hello")).header("idempotency-key", "k".repeat(256));
    let rows = vec![
        row("unknown field", send(extra), 400, &[VALIDATION, "body.colour"]),
        row(
            "missing field",
            send(json!({ "type": "text", "text": SECRET })),
            400,
            &[VALIDATION, "property to "],
        ),
        row(
            "missing type",
            send(json!({ "to": recipient(), "text": SECRET })),
            400,
            &[VALIDATION, "property type "],
        ),
        row(
            "wrong type of type",
            send(json!({ "type": 7, "to": recipient() })),
            400,
            &[VALIDATION, "body.type"],
        ),
        row(
            "unknown type",
            send(json!({ "type": SECRET, "to": recipient() })),
            400,
            &[VALIDATION, "body.type"],
        ),
        row(
            "text is a number",
            send(json!({ "type": "text", "to": recipient(), "text": 5 })),
            400,
            &[VALIDATION, "expected string", "body.text"],
        ),
        row(
            "to is a list",
            send(json!({ "type": "text", "to": [SECRET], "text": "hello" })),
            400,
            &[VALIDATION, "expected string", "body.to"],
        ),
        row(
            "body is a list",
            send(json!([SECRET])),
            400,
            &[VALIDATION, "expected object", "body"],
        ),
        row("body is null", send(Value::Null), 400, &[VALIDATION, "body"]),
        row(
            "bare number",
            send(text(bare, SECRET)),
            400,
            &[VALIDATION, "'to'"],
        ),
        row(
            "malformed address",
            send(text(&format!("{SECRET}@s.whatsapp.net"), "hello")),
            400,
            &[VALIDATION, "'to'"],
        ),
        row(
            "unknown server",
            send(text(&format!("1@{SECRET}"), "hello")),
            400,
            &[VALIDATION, "'to'"],
        ),
        row(
            "empty address",
            send(text("", SECRET)),
            400,
            &[VALIDATION, "'to'"],
        ),
        row(
            "empty text",
            send(text(&recipient(), "")),
            400,
            &[VALIDATION, "text is required"],
        ),
        row(
            "no text",
            send(json!({ "type": "text", "to": recipient() })),
            400,
            &[VALIDATION, "text is required"],
        ),
        row("malformed quote", send(quoting), 400, &[VALIDATION, "replyTo"]),
        row(
            "malformed mention",
            send(mentioning),
            400,
            &[VALIDATION, "body.mentions[1]"],
        ),
        row("long key", long_key, 400, &[VALIDATION, "Idempotency-Key"]),
        row(
            "not linked",
            send(text(&recipient(), SECRET)),
            501,
            &[r#""code":"not_implemented""#, "live WhatsApp client"],
        ),
        row(
            "start without link",
            v1.request(Method::POST, &format!("/sessions/{}:start", callers.session)),
            400,
            &[VALIDATION, "not paired"],
        ),
        row(
            "me without link",
            v1.request(Method::GET, &format!("/sessions/{}/me", callers.session)),
            404,
            &["not_found", "not paired"],
        ),
        row(
            "label is a number",
            post("/sessions", json!({ "label": 7 })),
            400,
            &[VALIDATION, "body.label"],
        ),
        row(
            "start is a string",
            post("/sessions", json!({ "start": SECRET })),
            400,
            &[VALIDATION, "expected boolean", "body.start"],
        ),
        row(
            "unknown field of a session",
            post("/sessions", json!({ "autoread": true })),
            400,
            &[VALIDATION, "body.autoread"],
        ),
        row(
            "no phone",
            post(&format!("/sessions/{}/pairing-code", callers.session), json!({})),
            400,
            &[VALIDATION, "phone is required"],
        ),
        row(
            "malformed phone",
            post(
                &format!("/sessions/{}/pairing-code", callers.session),
                json!({ "phone": SECRET }),
            ),
            400,
            &[VALIDATION, "phone must be"],
        ),
        row(
            "unknown scope",
            post("/realtime/ticket", json!({ "scope": SECRET })),
            400,
            &[VALIDATION, "body.scope"],
        ),
        row(
            "unknown event in a ticket",
            post("/realtime/ticket", json!({ "events": [SECRET] })),
            400,
            &[VALIDATION, "body.events"],
        ),
    ];
    check(v1, rows, has_envelope).await;
    let sessions = v1.get("/sessions").await.expect(200);
    assert_eq!(
        sessions["data"].as_array().map(Vec::len),
        Some(1),
        "a refused request did something"
    );
}

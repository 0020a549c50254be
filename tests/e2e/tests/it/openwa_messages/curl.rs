//! What people paste into a shell.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::process::Command;
use wagon_test_kit::{Answering, DEADLINE, Gateway, MASTER_KEY, Receiver, wait_until};

use super::Desk;
use crate::support::string;

/// Every send as a shell command. Numbers and the host of files are filled in.
const SENDS: [(&str, &str); 8] = [
    (
        "text",
        r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-text" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{ "chatId": "NUMBER@c.us", "text": "Hello from a shell!" }'"#,
    ),
    (
        "image",
        r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-image" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{
"chatId": "NUMBER@c.us",
"url": "FILES/image.jpg",
"caption": "Check out this image!"
}'"#,
    ),
    (
        "image",
        r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-image" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{
"chatId": "NUMBER@c.us",
"base64": "/9j/4AAQSkZJRg==",
"mimetype": "image/jpeg",
"filename": "photo.jpg"
}'"#,
    ),
    (
        "document",
        r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-document" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{
"chatId": "NUMBER@c.us",
"url": "FILES/report.pdf",
"filename": "report.pdf",
"mimetype": "application/pdf"
}'"#,
    ),
    (
        "audio",
        r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-audio" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{
"chatId": "NUMBER@c.us",
"url": "FILES/voice.ogg",
"mimetype": "audio/ogg"
}'"#,
    ),
    (
        "location",
        r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-location" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{
"chatId": "NUMBER@c.us",
"latitude": -6.2088,
"longitude": 106.8456,
"description": "Jakarta",
"address": "Central Jakarta"
}'"#,
    ),
    (
        "contact",
        r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-contact" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{
"chatId": "NUMBER@c.us",
"contactName": "John Doe",
"contactNumber": "15550000009"
}'"#,
    ),
    (
        "sticker",
        r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-sticker" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{ "chatId": "NUMBER@c.us", "url": "FILES/dot.png" }'"#,
    ),
];

const REACTION: &str = r#"curl -X POST "$BASE/sessions/$SESSION/messages/react" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{
"chatId": "NUMBER@c.us",
"messageId": "MESSAGE",
"emoji": "👍"
}'"#;

const CHECK: &str = r#"curl "$BASE/sessions/$SESSION/contacts/check/NUMBER" -H "X-API-Key: $API_KEY""#;

const BATCH: &str = r#"curl -X POST "$BASE/sessions/$SESSION/messages/send-bulk" \
-H "X-API-Key: $API_KEY" \
-H "Content-Type: application/json" \
-d '{
"messages": [
{ "chatId": "NUMBER@c.us", "type": "text", "content": { "text": "Hi {{name}}" }, "variables": { "name": "Alice" } },
{ "chatId": "NUMBER@c.us", "type": "image", "content": { "image": { "url": "FILES/promo.jpg" }, "caption": "Promo" } }
],
"options": { "delayBetweenMessages": 1000, "randomizeDelay": true, "stopOnError": false }
}'"#;

const BATCH_STATUS: &str = r#"curl "$BASE/sessions/$SESSION/messages/batch/BATCH" -H "X-API-Key: $API_KEY""#;

const CANCEL: &str =
    r#"curl -X POST "$BASE/sessions/$SESSION/messages/batch/BATCH/cancel" -H "X-API-Key: $API_KEY""#;

struct Shell {
    base: String,
    session: String,
    fill: Vec<(&'static str, String)>,
}

impl Shell {
    /// Runs a command; answers status and body.
    async fn run(&self, command: &str) -> (u16, Value) {
        let mut line = command.replacen("curl ", "curl -sS -w '\\n%{http_code}' ", 1);
        for (placeholder, value) in &self.fill {
            line = line.replace(placeholder, value);
        }
        let output = Command::new("sh")
            .args(["-c", &line])
            .env("BASE", &self.base)
            .env("API_KEY", MASTER_KEY)
            .env("SESSION", &self.session)
            .env("no_proxy", "*")
            .stderr(Stdio::inherit())
            .output()
            .await
            .expect("there is a shell");
        let text = String::from_utf8(output.stdout).expect("curl writes what it got");
        let (body, status) = text.rsplit_once('\n').unwrap_or_else(|| panic!("{line}: {text}"));
        let body = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {text}"));
        (status.parse().expect("a status"), body)
    }
}

#[tokio::test]
async fn every_send_works_from_a_shell() {
    let builder = Gateway::builder().env("WAGON_OUTBOUND_ALLOW", "127.0.0.1");
    let desk = Desk::with(builder).await;
    let host = Receiver::start().await;
    let png = std::fs::read(crate::support::PIXELS).expect("a picture of ours");
    for (path, mimetype) in [
        ("image.jpg", "image/jpeg"),
        ("promo.jpg", "image/jpeg"),
        ("report.pdf", "application/pdf"),
        ("voice.ogg", "audio/ogg"),
        ("dot.png", "image/png"),
    ] {
        host.answer(path, Answering::File(mimetype, png.clone().into()));
    }
    let (v1, own) = (desk.scene.gateway.v1(), desk.scene.path(""));
    v1.patch(&own, json!({ "label": "my-session" })).await.expect(200);
    let shell = Shell {
        base: format!("{}/api", desk.scene.gateway.base_url()),
        session: "my-session".to_owned(),
        fill: vec![("NUMBER", desk.ada.pn.clone()), ("FILES/", host.url(""))],
    };
    let mut last = String::new();
    for (kind, command) in SENDS {
        let (status, sent) = shell.run(command).await;
        assert_eq!(status, 201, "{command}: {sent}");
        last = string(&sent, "messageId");
        let received = desk.received(&last).await;
        assert_eq!(received["type"], kind, "{received}");
    }
    let (status, answer) = shell.run(&REACTION.replace("MESSAGE", &last)).await;
    assert_eq!((status, answer), (200, json!({ "success": true })));
    let raw = desk.raw(&last);
    let reaction = desk
        .peer
        .wait_message(
            |message| message["type"] == "reaction" && message["target"] == raw,
            DEADLINE,
        )
        .await;
    assert_eq!(reaction["text"], "👍");

    let (status, known) = shell.run(CHECK).await;
    assert_eq!(
        (status, &known["exists"], &known["whatsappId"]),
        (200, &json!(true), &json!(desk.chat()))
    );
    batches_work_from_a_shell(&desk, &shell).await;
}

async fn batches_work_from_a_shell(desk: &Desk, shell: &Shell) {
    let (status, accepted) = shell.run(BATCH).await;
    assert_eq!(
        (status, &accepted["status"], &accepted["totalMessages"]),
        (202, &json!("pending"), &json!(2)),
        "{accepted}"
    );
    let batch = string(&accepted, "batchId");
    let url = format!("/api/sessions/my-session/messages/batch/{batch}");
    assert_eq!(accepted["statusUrl"], url);
    let over = wait_until(DEADLINE, "the batch to end", async || {
        let (_, batch) = shell.run(&BATCH_STATUS.replace("BATCH", &batch)).await;
        if batch["status"] == "completed" {
            Ok(batch)
        } else {
            Err(batch)
        }
    })
    .await;
    let progress = json!({ "total": 2, "sent": 2, "failed": 0, "pending": 0, "cancelled": 0 });
    assert_eq!(over["progress"], progress);
    for text in ["Hi Alice", "Promo"] {
        desk.peer
            .wait_message(|message| message["text"] == text, DEADLINE)
            .await;
    }
    let (status, again) = shell.run(&CANCEL.replace("BATCH", &batch)).await;
    assert_eq!((status, &again["statusCode"]), (400, &json!(400)));
    let (_, another) = shell.run(BATCH).await;
    let cancel = CANCEL.replace("BATCH", &string(&another, "batchId"));
    let (status, cancelled) = shell.run(&cancel).await;
    assert_eq!(
        (status, &cancelled["status"]),
        (200, &json!("cancelled")),
        "{cancelled}"
    );
}

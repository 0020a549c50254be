//! Batches, and what becomes of one whose gateway is killed.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wagon_test_kit::{Answering, DEADLINE, Gateway, GatewayBuilder, OpenWa, Receiver, wait_until};

use super::{Desk, PNG};
use crate::support::{limited_key, on_postgres, string};

const MANY: usize = 100;

fn quick() -> GatewayBuilder {
    Gateway::builder()
        .env("WAGON_BULK_MIN_DELAY_MS", "1")
        .env("WAGON_OUTBOUND_ALLOW", "127.0.0.1")
}

/// No pause that a test would notice.
fn at_once() -> Value {
    json!({ "delayBetweenMessages": 1, "randomizeDelay": false })
}

fn text(chat: &str, text: &str) -> Value {
    json!({ "chatId": chat, "type": "text", "content": { "text": text } })
}

/// The batch's status, once it is over.
async fn over(openwa: &OpenWa, accepted: &Value) -> Value {
    let path = string(accepted, "statusUrl");
    let path = path
        .strip_prefix("/api")
        .expect("a path of this dialect")
        .to_owned();
    wait_until(DEADLINE * 3, "the batch to end", async || {
        let status = openwa.get(&path).await.expect(200);
        match status["status"].as_str() {
            Some("pending" | "processing") => Err(status),
            _ => Ok(status),
        }
    })
    .await
}

#[tokio::test]
async fn everybody_gets_what_is_meant_for_them() {
    let desk = Desk::with(quick()).await;
    let host = Receiver::start().await;
    let png = STANDARD.decode(PNG).expect("a constant");
    host.answer("promo-ada.png", Answering::File("image/png", png.into()));
    let chat = desk.chat();
    let hello = json!({
        "chatId": chat, "type": "text", "content": { "text": "Hi {{name}}, {{unknown}}" },
        "variables": { "name": "Ada" },
    });
    let body = json!({
        "messages": [
            hello,
            {
                "chatId": chat, "type": "image", "variables": { "who": "ada" },
                "content": { "image": { "url": host.url("promo-{{who}}.png") }, "caption": "For {{who}}" },
            },
            // The same once more does not count.
            hello,
            {
                "chatId": chat, "type": "document",
                "content": { "document": { "base64": PNG, "mimetype": "application/pdf", "filename": "a.pdf" } },
            },
        ],
        "options": at_once(),
    });
    let accepted = desk
        .openwa()
        .post(&desk.path("send-bulk"), body)
        .await
        .expect(202);
    assert_eq!(
        (&accepted["status"], &accepted["totalMessages"]),
        (&json!("pending"), &json!(3))
    );
    let id = string(&accepted, "batchId");
    assert!(
        id.strip_prefix("batch_").is_some_and(|hex| hex.len() == 8),
        "{id}"
    );
    let session = &desk.scene.session;
    assert_eq!(
        accepted["statusUrl"],
        json!(format!("/api/sessions/{session}/messages/batch/{id}"))
    );
    assert!(string(&accepted, "estimatedCompletionTime").ends_with('Z'));

    let status = over(&desk.openwa(), &accepted).await;
    assert_eq!(status["status"], "completed");
    let progress = json!({ "total": 3, "sent": 3, "failed": 0, "pending": 0, "cancelled": 0 });
    assert_eq!(status["progress"], progress);
    assert!(
        status["startedAt"].is_string() && status["completedAt"].is_string(),
        "{status}"
    );
    let mut said = Vec::new();
    for result in status["results"].as_array().expect("a list") {
        assert_eq!(
            (&result["chatId"], &result["status"]),
            (&json!(chat), &json!("sent"))
        );
        assert!(string(result, "sentAt").ends_with('Z'));
        let received = desk.received(&string(result, "messageId")).await;
        said.push((string(&received, "type"), received["text"].clone()));
    }
    assert_eq!(
        said,
        [
            ("text".to_owned(), json!("Hi Ada, {{unknown}}")),
            ("image".to_owned(), json!("For ada")),
            ("document".to_owned(), Value::Null),
        ]
    );
}

#[tokio::test]
async fn one_failure_fails_one_message_unless_it_stops_the_batch() {
    let desk = Desk::with(quick()).await;
    let chat = desk.chat();
    let blocked = json!({
        "chatId": chat, "type": "image", "content": { "image": { "url": "http://10.0.0.1/a.png" } },
    });
    let body = |options: Value| json!({ "messages": [text(&chat, "one"), blocked, text(&chat, "two")], "options": options });
    let path = desk.path("send-bulk");
    let accepted = desk.openwa().post(&path, body(at_once())).await.expect(202);
    let status = over(&desk.openwa(), &accepted).await;
    assert_eq!(status["status"], "completed");
    let progress = json!({ "total": 3, "sent": 2, "failed": 1, "pending": 0, "cancelled": 0 });
    assert_eq!(status["progress"], progress);
    assert_eq!(
        status["results"][1]["error"],
        json!({ "code": "SEND_BLOCKED", "message": "Destination address is not allowed" })
    );

    let mut options = at_once();
    options["stopOnError"] = json!(true);
    let accepted = desk.openwa().post(&path, body(options)).await.expect(202);
    let status = over(&desk.openwa(), &accepted).await;
    assert_eq!(status["status"], "failed");
    let progress = json!({ "total": 3, "sent": 1, "failed": 1, "pending": 1, "cancelled": 0 });
    assert_eq!(status["progress"], progress);

    let fault = json!({ "action": { "kind": "ack_error", "code": 499 }, "count": 1 });
    desk.scene.sandbox.admin().fault(fault).await;
    let body = json!({ "messages": [text(&chat, "three")], "options": at_once() });
    let accepted = desk.openwa().post(&path, body).await.expect(202);
    let status = over(&desk.openwa(), &accepted).await;
    assert_eq!(status["status"], "failed", "nothing of it went out");
    assert_eq!(status["results"][0]["error"]["code"], "SEND_FAILED");
}

#[tokio::test]
async fn a_cancelled_batch_sends_no_more() {
    let desk = Desk::with(quick()).await;
    let chat = desk.chat();
    let messages: Vec<Value> = (1..=5)
        .map(|number| text(&chat, &format!("part {number}")))
        .collect();
    let body = json!({
        "messages": messages, "batchId": "winter", "options": { "delayBetweenMessages": 60_000 },
    });
    let openwa = desk.openwa();
    let accepted = openwa
        .post(&desk.path("send-bulk"), body.clone())
        .await
        .expect(202);
    assert_eq!(accepted["batchId"], "winter");
    desk.peer
        .wait_message(|message| message["text"] == "part 1", DEADLINE)
        .await;
    let refused = openwa.post(&desk.path("send-bulk"), body).await.expect(400);
    assert_eq!(refused["message"], "Batch ID 'winter' already exists");

    let cancelled = openwa.invoke(&desk.path("batch/winter/cancel")).await.expect(200);
    let progress = json!({ "total": 5, "sent": 1, "failed": 0, "pending": 0, "cancelled": 4 });
    let expected = json!({ "batchId": "winter", "status": "cancelled", "progress": progress });
    assert_eq!(cancelled, expected);
    let status = openwa.get(&desk.path("batch/winter")).await.expect(200);
    assert_eq!(
        (&status["status"], &status["progress"]),
        (&json!("cancelled"), &progress)
    );
    assert_eq!(status["results"][4]["status"], "cancelled");
    let refused = openwa.invoke(&desk.path("batch/winter/cancel")).await.expect(400);
    assert_eq!(refused["message"], "Batch 'winter' is already cancelled");

    let (id, _) = desk.send("send-text", json!({ "text": "the end" })).await;
    assert!(!id.is_empty());
    let parts = desk.peer.messages(|message| {
        message["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("part"))
    });
    assert_eq!(parts.len(), 1);
}

#[tokio::test]
async fn batches_are_checked_as_a_whole() {
    let desk = Desk::start().await;
    let chat = desk.chat();
    let path = desk.path("send-bulk");
    let openwa = desk.openwa();
    let image = json!({ "chatId": chat, "type": "image", "content": { "text": "a" } });
    let nothing = json!({ "chatId": chat, "type": "image", "content": { "image": {} } });
    let delay = |millis: u32| json!({ "messages": [text(&chat, "a")], "options": { "delayBetweenMessages": millis } });
    for (body, message) in [
        (json!({}), "messages must contain at least 1 elements"),
        (
            json!({ "messages": vec![text(&chat, "a"); 101] }),
            "messages must contain no more than 100 elements",
        ),
        (
            json!({ "messages": [text("", "a")] }),
            "messages.0.chatId should not be empty",
        ),
        (
            json!({ "messages": [text(&chat, "")] }),
            "messages.0.content.text should not be empty",
        ),
        (
            json!({ "messages": [image] }),
            "messages.0.content.image must be an object",
        ),
        (
            json!({ "messages": [nothing] }),
            "Either url or base64 must be provided for bulk media",
        ),
        (
            delay(999),
            "options.delayBetweenMessages must not be less than 1000",
        ),
        (
            delay(60_001),
            "options.delayBetweenMessages must not be greater than 60000",
        ),
        (
            json!({ "messages": [text(&chat, "a")], "batchId": ".." }),
            "batchId must be a name of up to 128 characters",
        ),
    ] {
        let refused = openwa.post(&path, body).await.expect(400);
        assert_eq!(refused["message"], json!([message]));
    }
    for missing in ["batch/none", "batch/none/cancel"] {
        let answer = if missing.ends_with("cancel") {
            openwa.invoke(&desk.path(missing)).await
        } else {
            openwa.get(&desk.path(missing)).await
        };
        let refused = answer.expect(404);
        assert_eq!(
            refused,
            json!({ "statusCode": 404, "message": "Batch 'none' not found", "error": "Not Found" })
        );
    }
    let unknown = "/sessions/my-session/messages/send-bulk";
    let body = json!({ "messages": [text(&chat, "a")] });
    let refused = openwa.post(unknown, body.clone()).await.expect(400);
    assert!(string(&refused, "message").starts_with("Session 'my-session' is not active"));

    let accepted = openwa.post(&path, body).await.expect(202);
    let viewer = limited_key(&desk.scene.gateway, "read", &desk.scene.session).await;
    let viewer = openwa.with_key(&viewer);
    let batch = format!("batch/{}", string(&accepted, "batchId"));
    viewer.get(&desk.path(&batch)).await.expect(200);
    viewer
        .invoke(&desk.path(&format!("{batch}/cancel")))
        .await
        .expect(403);
}

#[tokio::test]
async fn too_many_batches_are_refused() {
    let desk = Desk::with(quick().env("BULK_MAX_CONCURRENT_BATCHES", "1")).await;
    let chat = desk.chat();
    let body = |name: &str| {
        json!({
            "messages": [text(&chat, "a"), text(&chat, "b")], "batchId": name,
            "options": { "delayBetweenMessages": 60_000 },
        })
    };
    let path = desk.path("send-bulk");
    let openwa = desk.openwa();
    openwa.post(&path, body("first")).await.expect(202);
    openwa.post(&path, body("second")).await.expect(429);
    openwa.invoke(&desk.path("batch/first/cancel")).await.expect(200);
    openwa.post(&path, body("second")).await.expect(202);
}

#[tokio::test]
async fn a_killed_gateway_goes_on_where_it_stood_on_sqlite() {
    a_killed_gateway_goes_on_where_it_stood(quick()).await;
}

#[tokio::test]
async fn a_killed_gateway_goes_on_where_it_stood_on_postgres() {
    on_postgres(async |builder| {
        let builder = builder.env("WAGON_BULK_MIN_DELAY_MS", "1");
        a_killed_gateway_goes_on_where_it_stood(builder).await;
    })
    .await;
}

async fn a_killed_gateway_goes_on_where_it_stood(builder: GatewayBuilder) {
    let mut desk = Desk::with(builder).await;
    let chat = desk.chat();
    let messages: Vec<Value> = (1..=MANY)
        .map(|number| match number % 10 {
            0 => json!({
                "chatId": chat, "type": "image",
                "content": {
                    "image": { "base64": PNG, "mimetype": "image/png" }, "caption": format!("parcel {number}"),
                },
            }),
            _ => text(&chat, &format!("parcel {number}")),
        })
        .collect();
    let body = json!({ "messages": messages, "options": at_once() });
    let accepted = desk
        .openwa()
        .post(&desk.path("send-bulk"), body)
        .await
        .expect(202);

    let path = desk.path(&format!("batch/{}", string(&accepted, "batchId")));
    for share in [MANY / 5, MANY / 2] {
        let arrived = format!("parcel {share}");
        desk.peer
            .wait_message(|message| message["text"] == arrived, DEADLINE * 2)
            .await;
        desk.scene.gateway.kill_9().await;
        desk.scene.gateway.start_again().await;
        let status = desk.openwa().get(&path).await.expect(200);
        assert_eq!(
            status["status"], "processing",
            "nothing was left to interrupt: {status}"
        );
        adds_up(&status);
    }

    let status = over(&desk.openwa(), &accepted).await;
    assert_eq!(status["status"], "completed");
    adds_up(&status);
    assert_eq!(status["progress"]["sent"], MANY);

    let (_, marker) = desk.send("send-text", json!({ "text": "the end" })).await;
    assert_eq!(marker["text"], "the end");
    // One that was on its way when the gateway died is written again, under its id: for clients, the same.
    let mut arrived: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let parcel = |message: &Value| {
        let text = message["text"].as_str();
        message["fromMe"] == false && text.is_some_and(|text| text.starts_with("parcel"))
    };
    for message in desk.peer.messages(parcel) {
        let ids = arrived.entry(string(&message, "text")).or_default();
        ids.insert(string(&message, "id"));
    }
    let results = status["results"].as_array().expect("a list");
    let told: BTreeMap<String, BTreeSet<String>> = (1..=MANY)
        .zip(results)
        .map(|(number, result)| {
            let id = desk.raw(&string(result, "messageId"));
            (format!("parcel {number}"), BTreeSet::from([id]))
        })
        .collect();
    assert_eq!(arrived, told, "what arrived, and what the batch says was sent");
    assert_eq!(arrived.len(), MANY);
}

/// Every message is somewhere, and the count says where.
fn adds_up(status: &Value) {
    let progress = &status["progress"];
    let results = status["results"].as_array().expect("a list");
    for state in ["sent", "failed", "pending", "cancelled"] {
        let count = results.iter().filter(|result| result["status"] == state).count();
        assert_eq!(progress[state], count, "{status}");
    }
    assert_eq!(progress["total"], MANY);
    assert_eq!(results.len(), MANY);
}

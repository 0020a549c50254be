//! The dialect's table of errors: each row with each of its causes, and the whole answer.

use reqwest::Method;
use serde_json::{Value, json};
use wagon_test_kit::{Gateway, OpenWa};

use super::{Desk, PNG};
use crate::support::{limited_key, string};

/// No file has more bytes.
const CAP: usize = 1000;

/// Whose key a request carries.
#[derive(Debug, Clone, Copy)]
enum Key {
    Administrator,
    Nobody,
    Unknown,
    Viewer,
    /// Good for another session.
    Elsewhere,
    /// Good from another address.
    Away,
}

struct Row {
    status: u16,
    error: &'static str,
    key: Key,
    method: Method,
    path: String,
    body: Value,
    message: Value,
}

/// The keys and sessions that the rows name.
struct Table {
    desk: Desk,
    viewer: String,
    elsewhere: String,
    away: String,
}

impl Table {
    async fn start() -> Self {
        let desk = Desk::with(Gateway::builder().env("MEDIA_DOWNLOAD_MAX_BYTES", CAP.to_string())).await;
        let root = desk.openwa();
        let idle = root
            .post("/sessions", json!({ "name": "idle" }))
            .await
            .expect(201);
        let gateway = &desk.scene.gateway;
        let viewer = limited_key(gateway, "read", &desk.scene.session).await;
        let elsewhere = limited_key(gateway, "read,send", &string(&idle, "id")).await;
        let away = json!({ "name": "away", "allowedIps": ["192.0.2.1"] });
        let away = root.post("/auth/api-keys", away).await.expect(201);
        Self {
            viewer,
            elsewhere,
            away: string(&away, "apiKey"),
            desk,
        }
    }

    fn client(&self, key: Key) -> OpenWa {
        let openwa = self.desk.openwa();
        match key {
            Key::Administrator => openwa,
            Key::Nobody => openwa.anonymous(),
            Key::Unknown => openwa.with_key("wrong"),
            Key::Viewer => openwa.with_key(&self.viewer),
            Key::Elsewhere => openwa.with_key(&self.elsewhere),
            Key::Away => openwa.with_key(&self.away),
        }
    }

    fn text(&self) -> Value {
        json!({ "chatId": self.desk.chat(), "text": "never sent" })
    }

    /// What is wrong with a request to the session itself.
    fn bad_requests(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut bad = |route: &str, mut body: Value, problem: &str| {
            body["chatId"] = json!(self.desk.chat());
            rows.push(Row {
                status: 400,
                error: "Bad Request",
                key: Key::Administrator,
                method: Method::POST,
                path: self.desk.path(route),
                body,
                message: json!([problem]),
            });
        };
        bad("send-text", json!({}), "text should not be empty");
        bad(
            "send-text",
            json!({ "text": "é".repeat(4097) }),
            "text must be shorter than or equal to 4096 characters",
        );
        bad(
            "send-text",
            json!({ "text": "a", "foo": 1 }),
            "property foo should not exist",
        );
        for route in [
            "send-image",
            "send-video",
            "send-audio",
            "send-document",
            "send-sticker",
        ] {
            bad(route, json!({}), "Either url or base64 must be provided");
            bad(
                route,
                json!({ "base64": PNG }),
                "mimetype is required when using base64 data",
            );
            for url in [
                "http://127.0.0.1:1/a",
                "http://10.0.0.1/a",
                "http://169.254.169.254/latest",
            ] {
                bad(route, json!({ "url": url }), "Destination address is not allowed");
            }
        }
        bad(
            "send-location",
            json!({ "latitude": 90.5, "longitude": 0 }),
            "latitude must be between -90 and 90",
        );
        bad(
            "send-location",
            json!({ "latitude": 0, "longitude": 181 }),
            "longitude must be between -180 and 180",
        );
        rows
    }

    fn rows(&self) -> Vec<Row> {
        let text = self.desk.path("send-text");
        let row = |status, error, key, path: &str, body: Value, message: &str| Row {
            status,
            error,
            key,
            method: Method::POST,
            path: path.to_owned(),
            body,
            message: json!(message),
        };
        let large = json!({
            "chatId": self.desk.chat(), "base64": "AAAA".repeat(CAP / 3 + 1), "mimetype": "application/pdf",
        });
        let too_large = format!("media exceeds the {CAP} byte limit");
        let mut rows = self.bad_requests();
        for session in ["my-session", "idle"] {
            let path = format!("/sessions/{session}/messages/send-text");
            let message = format!("Session '{session}' is not active. Start the session first.");
            rows.push(row(
                400,
                "Bad Request",
                Key::Administrator,
                &path,
                self.text(),
                &message,
            ));
        }
        for (key, message) in [
            (Key::Nobody, "API key is required"),
            (Key::Unknown, "Invalid API key"),
            (Key::Elsewhere, "API key not authorized for this session"),
            (Key::Away, "IP address not allowed"),
        ] {
            rows.push(row(401, "Unauthorized", key, &text, self.text(), message));
        }
        let role = "Insufficient permissions. Required: operator";
        for route in [
            "send-text",
            "send-image",
            "react",
            "reply",
            "forward",
            "send-bulk",
        ] {
            let path = self.desk.path(route);
            rows.push(row(403, "Forbidden", Key::Viewer, &path, self.text(), role));
        }
        let batch = "Batch 'none' not found";
        let cancel = self.desk.path("batch/none/cancel");
        rows.push(row(
            404,
            "Not Found",
            Key::Administrator,
            &cancel,
            Value::Null,
            batch,
        ));
        let status = self.desk.path("batch/none");
        rows.push(Row {
            method: Method::GET,
            ..row(404, "Not Found", Key::Administrator, &status, Value::Null, batch)
        });
        let document = self.desk.path("send-document");
        rows.push(row(
            413,
            "Payload Too Large",
            Key::Administrator,
            &document,
            large,
            &too_large,
        ));
        rows.push(row(
            500,
            "Internal Server Error",
            Key::Administrator,
            &text,
            self.text(),
            "WhatsApp refused the message (code 499)",
        ));
        rows
    }
}

#[tokio::test]
async fn every_row_of_the_table_of_errors_is_answered() {
    let table = Table::start().await;
    // Nothing but the last row gets as far as WhatsApp.
    let refusal = json!({ "action": { "kind": "ack_error", "code": 499 }, "count": 1 });
    table.desk.scene.sandbox.admin().fault(refusal).await;
    for row in table.rows() {
        let client = table.client(row.key);
        let mut request = client.request(row.method, &row.path);
        if !row.body.is_null() {
            request = request.json(&row.body);
        }
        let answer = client.send(request).await.expect(row.status);
        let expected = json!({ "statusCode": row.status, "message": row.message, "error": row.error });
        assert_eq!(answer, expected, "{:?} {} {}", row.key, row.path, row.body);
    }
    let arrived = |message: &Value| message["text"] == "never sent";
    assert!(table.desk.peer.messages(arrived).is_empty());
}

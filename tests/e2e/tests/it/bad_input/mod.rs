//! Requests that make no sense, or that this caller may not make: each gets a refusal that helps, in the words of its
//! dialect, without repeating what was sent.

mod bodies;
mod callers;
mod fields;
mod openwa;
mod routes;

use reqwest::RequestBuilder;
use wagon_test_kit::{Answer, Gateway, V1, cast};

use crate::support::{foreign_key, string, wagon};

/// Stands for values that may be secret: no answer may contain it.
const SECRET: &str = "hunter2hunter2";
const UNKNOWN: &str = "sess_00000000000000000000000000";

/// A gateway with a session that was never linked, and callers of different rights.
struct Callers {
    gateway: Gateway,
    session: String,
    admin: V1,
    reader: V1,
    foreigner: V1,
}

impl Callers {
    async fn start() -> Self {
        let gateway = Gateway::builder().start().await;
        let admin = gateway.v1();
        let created = admin.post("/sessions", serde_json::json!({})).await.expect(201);
        let reader = ["keys", "create", "--name", "reader", "--capabilities", "read"];
        let reader = wagon(gateway.data_dir(), reader).await.expect_success();
        let foreigner = foreign_key(&gateway, "read,send,manage,events,admin").await;
        Self {
            session: string(&created, "id"),
            reader: admin.with_key(reader.trim()),
            foreigner: admin.with_key(&foreigner),
            admin,
            gateway,
        }
    }
}

const VALIDATION: &str = r#""code":"validation_error""#;

/// The envelope of `/api/v1`.
fn has_envelope(answer: &Answer) -> bool {
    let error = &answer.body["error"];
    error["code"].is_string() && error["message"].is_string()
}

fn recipient() -> String {
    format!("{}@s.whatsapp.net", cast::READER)
}

/// A request and the refusal that it has to get.
struct Row {
    name: &'static str,
    request: RequestBuilder,
    status: u16,
    /// What the whole body has to contain: the error's code or literal, and the name of the field.
    says: Vec<&'static str>,
}

fn row(name: &'static str, request: RequestBuilder, status: u16, says: &[&'static str]) -> Row {
    Row {
        name,
        request,
        status,
        says: says.to_vec(),
    }
}

/// Makes all requests and reports every row that went wrong. `has_form` checks the dialect's envelope.
async fn check(v1: &V1, rows: Vec<Row>, has_form: impl Fn(&Answer) -> bool) {
    let mut failures = Vec::new();
    for Row {
        name,
        request,
        status,
        says,
    } in rows
    {
        let answer = v1.send(request).await;
        let body = answer.body.to_string();
        let wrong = [
            (answer.status.as_u16() != status).then(|| format!("status {}", answer.status)),
            (!has_form(&answer)).then(|| "not the dialect's envelope".to_owned()),
            body.contains(SECRET).then(|| "repeats what was sent".to_owned()),
            says.iter()
                .find(|word| !body.contains(*word))
                .map(|word| format!("does not say {word}")),
        ];
        failures.extend(
            wrong
                .into_iter()
                .flatten()
                .map(|what| format!("{name}: {what}: {body}")),
        );
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

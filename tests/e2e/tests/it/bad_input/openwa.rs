use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use wagon_test_kit::{Answer, MASTER_KEY, cast};

use super::{Callers, SECRET, UNKNOWN, check, row};

const BAD_REQUEST: &str = r#""error":"Bad Request""#;

fn has_envelope(answer: &Answer) -> bool {
    let Answer { status, body, .. } = answer;
    let words = body["message"].is_string() || body["message"].is_array();
    words && body["statusCode"] == status.as_u16()
}

fn to_reader() -> String {
    format!("{}@c.us", cast::READER)
}

/// A request of this dialect, with the administrator's key.
fn request(callers: &Callers, method: Method, path: &str) -> RequestBuilder {
    Client::new()
        .request(method, format!("{}/api{path}", callers.gateway.base_url()))
        .header("x-api-key", MASTER_KEY)
}

#[tokio::test]
async fn sends_are_checked() {
    let callers = Callers::start().await;
    let path = format!("/sessions/{}/messages/send-text", callers.session);
    let post = |path: &str, body: Value| request(&callers, Method::POST, path).json(&body);
    let send = |body: Value| post(&path, body);
    let with = |key: &str, value: Value| {
        let mut body = json!({ "chatId": to_reader(), "text": "hello" });
        body[key] = value;
        body
    };
    let raw = |body: Vec<u8>| {
        request(&callers, Method::POST, &path)
            .header("content-type", "application/json")
            .body(body)
    };
    let url = format!("{}/api{path}", callers.gateway.base_url());
    let hello = json!({ "chatId": to_reader(), "text": "hello" });
    let keyless = Client::new().post(&url).json(&hello);
    let wrong_key = Client::new().post(&url).header("x-api-key", SECRET).json(&hello);
    let reading = callers
        .reader
        .request(Method::POST, "")
        .build()
        .expect("a plain request");
    let reading = Client::new()
        .post(&url)
        .headers(reading.headers().clone())
        .json(&hello);
    let foreign = callers
        .foreigner
        .request(Method::POST, "")
        .build()
        .expect("a plain request");
    let foreign = Client::new()
        .post(&url)
        .headers(foreign.headers().clone())
        .json(&hello);
    let unknown = format!("/sessions/{UNKNOWN}/messages/send-text");
    let nameless = "/sessions/my-session/messages/send-text";
    let list = r#""message":["#;
    let rows = vec![
        row(
            "no key",
            keyless,
            401,
            &[r#""error":"Unauthorized""#, "API key is required"],
        ),
        row(
            "wrong key",
            wrong_key,
            401,
            &[r#""error":"Unauthorized""#, "Invalid API key"],
        ),
        row(
            "may not send",
            reading,
            403,
            &[r#""error":"Forbidden""#, "operator"],
        ),
        row(
            "foreign session",
            foreign,
            400,
            &[BAD_REQUEST, "is not active. Start the session first."],
        ),
        row(
            "unknown session",
            post(&unknown, hello.clone()),
            400,
            &[BAD_REQUEST, "is not active. Start the session first."],
        ),
        row(
            "a session by name",
            post(nameless, hello.clone()),
            400,
            &[
                BAD_REQUEST,
                "Session 'my-session' is not active. Start the session first.",
            ],
        ),
        row(
            "not linked",
            send(hello),
            400,
            &[BAD_REQUEST, "is not active. Start the session first."],
        ),
        row(
            "nothing given",
            send(json!({})),
            400,
            &[list, "chatId should not be empty", "text should not be empty"],
        ),
        row(
            "empty body",
            raw(Vec::new()),
            400,
            &[list, "chatId should not be empty"],
        ),
        row(
            "unknown field",
            send(with("colour", json!(SECRET))),
            400,
            &[list, "property colour should not exist"],
        ),
        row(
            "text is a number",
            send(with("text", json!(7))),
            400,
            &[list, "text must be a string"],
        ),
        row(
            "empty text",
            send(with("text", json!(""))),
            400,
            &[list, "text should not be empty"],
        ),
        row(
            "long text",
            send(with("text", json!("é".repeat(4097)))),
            400,
            &[list, "text must be shorter than or equal to 4096 characters"],
        ),
        row(
            "bare number",
            send(with("chatId", json!(cast::READER))),
            400,
            &[list, "chatId must be"],
        ),
        row(
            "malformed address",
            send(with("chatId", json!(format!("{SECRET}@c.us")))),
            400,
            &[list, "chatId must be"],
        ),
        row(
            "malformed mention",
            send(with("mentions", json!([SECRET]))),
            400,
            &[list, "mentions must be"],
        ),
        row(
            "malformed quote",
            send(with("quotedMessageId", json!(""))),
            400,
            &[list, "quotedMessageId"],
        ),
        row(
            "malformed JSON",
            raw(format!(r#"{{"text":"{SECRET}"#).into_bytes()),
            400,
            &[BAD_REQUEST, "valid JSON"],
        ),
        row(
            "invalid UTF-8",
            raw(b"{\"text\":\"\xff\"}".to_vec()),
            400,
            &[BAD_REQUEST, "UTF-8"],
        ),
        row("2 MiB", raw(vec![b' '; 2 * 1024 * 1024]), 413, &["too large"]),
        row(
            "wrong content type",
            request(&callers, Method::POST, &path)
                .header("content-type", "text/plain")
                .body("{}"),
            415,
            &["content type"],
        ),
        row(
            "wrong method",
            request(&callers, Method::GET, &path),
            405,
            &["Method Not Allowed"],
        ),
        row(
            "unknown route",
            request(&callers, Method::GET, "/nowhere"),
            404,
            &["Cannot GET /api/nowhere", r#""error":"Not Found""#],
        ),
    ];
    check(&callers.admin, rows, has_envelope).await;
}

#[tokio::test]
async fn health_needs_no_key_and_tells_strangers_little() {
    let callers = Callers::start().await;
    let stranger = |path: &str| {
        let url = format!("{}/api{path}", callers.gateway.base_url());
        callers.admin.send(Client::new().get(url))
    };
    let health = stranger("/health").await.expect(200);
    assert_eq!(health["status"], "ok");
    assert!(
        health["timestamp"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z'))
    );
    assert_eq!(health["version"], Value::Null);
    let known = callers
        .admin
        .send(request(&callers, Method::GET, "/health"))
        .await
        .expect(200);
    assert!(known["version"].is_string());

    assert_eq!(
        stranger("/health/live").await.expect(200),
        json!({ "status": "ok" })
    );
    let up = json!({ "status": "up" });
    let ready = json!({ "status": "ok", "details": { "mainDatabase": up, "dataDatabase": up } });
    assert_eq!(stranger("/health/ready").await.expect(200), ready);
}

use reqwest::{Method, RequestBuilder};

use super::{Callers, SECRET, VALIDATION, check, has_envelope, row};

#[tokio::test]
async fn what_is_no_json_is_refused_as_such() {
    let callers = Callers::start().await;
    let v1 = &callers.admin;
    let messages = format!("/sessions/{}/messages", callers.session);
    let raw = |path: &str, body: Vec<u8>| -> RequestBuilder {
        v1.request(Method::POST, path)
            .header("content-type", "application/json")
            .body(body)
    };
    let big = |len: usize| format!(r#"{{"label":"{}"}}"#, "x".repeat(len)).into_bytes();
    let chunked = reqwest::Body::wrap_stream(futures_util::stream::iter(
        (0..32).map(|_| Ok::<_, std::io::Error>(vec![b' '; 64 * 1024])),
    ));
    let not_json = v1.request(Method::POST, "/sessions").body("label=x");
    let rows = vec![
        row(
            "malformed JSON",
            raw(&messages, format!(r#"{{"text":"{SECRET}"#).into_bytes()),
            400,
            &[VALIDATION, "valid JSON"],
        ),
        row(
            "two values",
            raw("/sessions", b"{} {}".to_vec()),
            400,
            &[VALIDATION, "valid JSON"],
        ),
        row(
            "empty body",
            raw("/sessions", Vec::new()),
            400,
            &[VALIDATION, "request body is required"],
        ),
        row(
            "no body",
            v1.request(Method::POST, &messages),
            400,
            &[VALIDATION, "request body is required"],
        ),
        row(
            "invalid UTF-8",
            raw("/sessions", b"{\"label\":\"\xff\xfe\"}".to_vec()),
            400,
            &[VALIDATION, "UTF-8"],
        ),
        row(
            "deep nesting",
            raw("/sessions", "[".repeat(100_000).into_bytes()),
            400,
            &[VALIDATION],
        ),
        row(
            "2 MiB on a 1 MiB route",
            raw("/sessions", big(2 * 1024 * 1024)),
            413,
            &[VALIDATION, "limit=1048576 bytes"],
        ),
        row(
            "2 MiB in chunks",
            raw("/sessions", Vec::new()).body(chunked),
            413,
            &[VALIDATION, "too large"],
        ),
        row(
            "128 KiB on a 64 KiB route",
            raw("/realtime/ticket", big(128 * 1024)),
            413,
            &[VALIDATION, "limit=65536 bytes"],
        ),
        row(
            "wrong content type",
            not_json.header("content-type", "application/x-www-form-urlencoded"),
            415,
            &[VALIDATION, "content type must be application/json"],
        ),
    ];
    check(v1, rows, has_envelope).await;
}

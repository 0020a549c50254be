//! The page of the network, for people: plain files, embedded in the binary, that use the admin API.

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// What the page consists of: name, type and content.
const FILES: &[(&str, &str, &str)] = &[
    (
        "style.css",
        "text/css; charset=utf-8",
        include_str!("assets/style.css"),
    ),
    ("main.js", SCRIPT, include_str!("assets/main.js")),
    ("api.js", SCRIPT, include_str!("assets/api.js")),
    ("dom.js", SCRIPT, include_str!("assets/dom.js")),
    ("accounts.js", SCRIPT, include_str!("assets/accounts.js")),
    ("account.js", SCRIPT, include_str!("assets/account.js")),
    ("chats.js", SCRIPT, include_str!("assets/chats.js")),
    ("counters.js", SCRIPT, include_str!("assets/counters.js")),
    ("faults.js", SCRIPT, include_str!("assets/faults.js")),
    ("transcript.js", SCRIPT, include_str!("assets/transcript.js")),
];
const SCRIPT: &str = "text/javascript; charset=utf-8";
/// The page loads nothing from elsewhere and runs nothing that is not in these files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(index))
        .route("/ui/{file}", get(file))
}

async fn index() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, include_str!("assets/index.html"))
}

async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, content)) => ([(header::CONTENT_TYPE, *kind)], *content).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

//! A part of the log in one answer.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use serde::Serialize;
use wagon_domain::Event;
use wagon_http_kit::Limit;
use wagon_services::EventPage;

/// What follows the events.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rest {
    /// Events before these were deleted, and the client has not had them.
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<GapView>,
    /// The last event's id, when there may be more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct GapView {
    reason: &'static str,
    since: String,
    until: String,
}

pub(crate) fn response(page: EventPage, limit: Limit, render: fn(&Event) -> String) -> Response {
    let last = page
        .events
        .last()
        .filter(|_| limit.is_reached_by(page.events.len()));
    let rest = Rest {
        next_cursor: last.map(|event| event.id.to_string()),
        gap: page.gap.map(|gap| GapView {
            reason: gap.reason.as_str(),
            since: gap.since.to_string(),
            until: gap.until.to_string(),
        }),
    };
    let rest = serde_json::to_string(&rest).expect("a struct of plain values serialises");
    // Events are JSON already, and their bytes are the same everywhere.
    let data: Vec<String> = page.events.iter().map(render).collect();
    let separator = if rest == "{}" { "" } else { "," };
    let body = format!("{{\"data\":[{}]{separator}{}", data.join(","), &rest[1..]);
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

//! What others show, and what the account shows itself.

use axum::response::{IntoResponse, Response};
use axum::{Json, extract};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};
use wagon_domain::Jid;
use wagon_http_kit::needs;
use wagon_services::{Error, Missing, WantedMedia};

use super::FAMILY;
use super::view::List;
use crate::access::AtSession;
use crate::error::{Failure, Refusal};
use crate::jid;
use crate::message_id;
use crate::path::Path;
use crate::state::State;

/// Served as what they are; anything else a browser must not try to show.
const SHOWN: [&str; 8] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/mp4",
    "audio/ogg",
    "audio/mpeg",
    "audio/mp4",
];

/// `GET /sessions/{id}/status`.
pub(super) async fn list(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<List>, Failure> {
    updates(&state, &at, None).await
}

/// `GET /sessions/{id}/status/{contactId}`.
pub(super) async fn of_contact(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    path: Path,
) -> Result<Json<List>, Failure> {
    let contact = jid::named("of", path.text("of"))?;
    updates(&state, &at, Some(&contact)).await
}

async fn updates(
    state: &State,
    at: &AtSession<needs::Read>,
    of: Option<&Jid>,
) -> Result<Json<List>, Failure> {
    let record = at.record(FAMILY)?;
    let updates = state
        .services
        .statuses
        .list(&at.caller, &record.id, of)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(List::new(&updates, record, &at.name)))
}

/// `GET /sessions/{id}/status/{statusId}/media`.
pub(super) async fn media(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    path: Path,
) -> Result<Response, Failure> {
    let absent = || Refusal::not_found("Status media not found or expired");
    let id = message_id::from_text(path.text("of")).map_err(|_| absent())?;
    let list: Jid = "status@broadcast".parse().map_err(|_| absent())?;
    let wanted = WantedMedia {
        chat: Some(&list),
        message: &id,
        most: Some(state.media_limit),
    };
    let opened = state
        .services
        .media
        .open(&at.caller, at.session(FAMILY)?, wanted, |_| None)
        .await
        .map_err(|error| match error {
            Error::NotFound(Missing::Message | Missing::Media) | Error::Gone => absent().into(),
            error => at.refuse(error, FAMILY),
        })?;
    let declared = opened.description.mimetype.unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    let shown = SHOWN.contains(&essence);
    let kind = if shown {
        &declared
    } else {
        "application/octet-stream"
    };
    let kind =
        HeaderValue::from_str(kind).unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    let body = axum::body::Body::from_stream(opened.stored.bytes);
    Ok((StatusCode::OK, headers, body).into_response())
}

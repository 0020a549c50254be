//! Status updates.

mod read;
mod revoke;
mod send;
mod view;

use wagon_http_kit::BodyLimit;

use http::StatusCode;
use serde_json::json;

use crate::access::Family;
use crate::openapi::{Api, op};

const FAMILY: Family = Family::Shown;

pub(crate) fn routes(api: Api, files: BodyLimit) -> Api {
    api.about(
        "Status updates",
        "What the account and its contacts show for a day.",
    )
    .post(
        "/sessions/{id}/status/send-image",
        send::image,
        op("postImageStatus", "Shows an image").limit(files),
    )
    .post(
        "/sessions/{id}/status/send-video",
        send::video,
        op("postVideoStatus", "Shows a video").limit(files),
    )
    .post(
        "/sessions/{id}/status/send-voice",
        send::voice,
        op("postVoiceStatus", "Shows a voice note").limit(files),
    )
    .post(
        "/sessions/{id}/status/send-text",
        send::text,
        op("postTextStatus", "Shows a text"),
    )
    .get(
        "/sessions/{id}/status",
        read::list,
        op("listStatuses", "All that is shown now"),
    )
    .get(
        "/sessions/{id}/status/{of}",
        read::of_contact,
        op("listContactStatuses", "What one person shows"),
    )
    .delete(
        "/sessions/{id}/status/{of}",
        revoke::handler,
        op("revokeStatus", "Takes an own update back"),
    )
    .get(
        "/sessions/{id}/status/{of}/media",
        read::media,
        op("getStatusMedia", "The file of an update").answers(StatusCode::OK, "The file", "*/*", &json!({})),
    )
}

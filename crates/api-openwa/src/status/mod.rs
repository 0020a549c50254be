//! Status updates.

mod read;
mod revoke;
mod send;
mod view;

use axum::routing::{delete, get, post};
use axum::{Extension, Router};
use wagon_http_kit::BodyLimit;

use crate::access::Family;
use crate::file;
use crate::state::State;

const FAMILY: Family = Family::Shown;

pub(crate) fn routes(state: &State) -> Router<State> {
    Router::new()
        .route("/sessions/{id}/status/send-image", post(send::image))
        .route("/sessions/{id}/status/send-video", post(send::video))
        .route("/sessions/{id}/status/send-voice", post(send::voice))
        .layer(Extension(BodyLimit(file::body_limit(state))))
        .route("/sessions/{id}/status/send-text", post(send::text))
        .route("/sessions/{id}/status", get(read::list))
        // One place of the path: a person to read of, or an update to take back.
        .route("/sessions/{id}/status/{of}", get(read::of_contact))
        .route("/sessions/{id}/status/{of}", delete(revoke::handler))
        .route("/sessions/{id}/status/{of}/media", get(read::media))
}

//! Chats, and who is there.

mod change;
mod empty;
mod list;
mod presence;
mod read;
mod summary;
mod typing;

use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use wagon_services::Error;

use crate::access::{AtChat, Family};
use crate::done::Done;
use crate::error::Failure;
use crate::state::State;

pub(crate) use summary::{View as Summary, message_type};

const FAMILY: Family = Family::Sessions;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/sessions/{id}/chats", get(list::handler))
        .route("/sessions/{id}/chats/read", post(read::read))
        .route("/sessions/{id}/chats/unread", post(read::unread))
        .route("/sessions/{id}/chats/archive", post(change::archive))
        .route("/sessions/{id}/chats/pin", post(change::pin))
        .route("/sessions/{id}/chats/mute", post(change::mute))
        .route("/sessions/{id}/chats/delete", post(empty::delete))
        .route("/sessions/{id}/chats/typing", post(typing::handler))
        .route("/sessions/{id}/chats/{chatId}/messages", delete(empty::clear))
        .route("/sessions/{id}/presence/subscribe", post(presence::subscribe))
        .route("/sessions/{id}/presence/{chatId}", get(presence::get))
}

/// A body that names a chat and says nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OfChat {
    chat_id: String,
}

/// The dialect tells a refusal by WhatsApp in the answer, not as an error.
fn answer<N>(at: &AtChat<N>, outcome: Result<(), Error>) -> Result<Json<Done>, Failure> {
    match outcome {
        Ok(()) => Ok(Json(Done::OK)),
        Err(Error::Denied { .. } | Error::Refused { .. }) => Ok(Json(Done::DECLINED)),
        Err(error) => Err(at.refuse(error, FAMILY)),
    }
}

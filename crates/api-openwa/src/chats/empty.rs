//! Chats without their messages, and no chats at all.

use axum::{Json, extract};
use wagon_http_kit::{StrictJson, needs};

use super::{FAMILY, OfChat, accepted};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::jid;
use crate::path::Path;
use crate::state::State;

/// `POST /sessions/{id}/chats/delete`.
pub(super) async fn delete(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<OfChat, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let chat = jid::named("chatId", &request.0.chat_id)?;
    at.admit(&chat)?;
    let outcome = state
        .services
        .chats
        .delete(&at.caller, at.session(FAMILY)?, &chat)
        .await;
    let done = accepted(outcome).map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(done))
}

/// `DELETE /sessions/{id}/chats/{chatId}/messages`.
pub(super) async fn clear(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    let chat = path.address("chatId")?;
    at.admit(&chat)?;
    let outcome = state
        .services
        .chats
        .clear(&at.caller, at.session(FAMILY)?, &chat)
        .await;
    let done = accepted(outcome).map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(done))
}

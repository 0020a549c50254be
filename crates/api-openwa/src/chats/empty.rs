//! Chats without their messages, and no chats at all.

use axum::{Json, extract};
use wagon_http_kit::{StrictJson, needs};

use super::{FAMILY, OfChat, answer};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::path::Path;
use crate::state::State;

/// `POST /sessions/{id}/chats/delete`.
pub(super) async fn delete(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<OfChat, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let chat = at.chat("chatId", &request.0.chat_id)?;
    let outcome = state
        .services
        .chats
        .delete(&at.caller, at.session(FAMILY)?, &chat)
        .await;
    answer(&at, outcome)
}

/// `DELETE /sessions/{id}/chats/{chatId}/messages`.
pub(super) async fn clear(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    let chat = at.chat_in(&path, "chatId")?;
    let outcome = state
        .services
        .chats
        .clear(&at.caller, at.session(FAMILY)?, &chat)
        .await;
    answer(&at, outcome)
}

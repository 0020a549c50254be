//! `POST /sessions/{id}/chats/typing`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::presence::Typing;
use wagon_http_kit::{StrictJson, needs};

use super::{FAMILY, answer};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ShowTyping")]
pub(super) struct Request {
    chat_id: String,
    state: Shown,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Typing")]
enum Shown {
    Typing,
    Recording,
    Paused,
}

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let chat = at.chat("chatId", &request.0.chat_id)?;
    let typing = match request.0.state {
        Shown::Typing => Typing::Composing,
        Shown::Recording => Typing::Recording,
        Shown::Paused => Typing::Paused,
    };
    let outcome = state
        .services
        .presence
        .show(&at.caller, at.session(FAMILY)?, &chat, typing)
        .await;
    answer(&at, outcome)
}

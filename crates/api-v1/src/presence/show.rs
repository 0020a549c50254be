//! `PUT /sessions/{session}/chats/{cid}/presence`.

use axum::extract;
use axum::response::NoContent;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::presence::Typing;
use wagon_http_kit::{StrictJson, needs};

use crate::error::{Rejection, V1};
use crate::path::{ChatPath, InSession};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ShowPresence")]
pub(crate) struct Request {
    state: Word,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ChatPresence")]
enum Word {
    Composing,
    Paused,
    Recording,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    InSession { caller, .. }: InSession<needs::Send>,
    ChatPath { session, chat }: ChatPath,
    request: StrictJson<Request, V1>,
) -> Result<NoContent, Rejection> {
    let typing = match request.0.state {
        Word::Composing => Typing::Composing,
        Word::Paused => Typing::Paused,
        Word::Recording => Typing::Recording,
    };
    state
        .services
        .presence
        .show(&caller, &session, &chat, typing)
        .await?;
    Ok(NoContent)
}

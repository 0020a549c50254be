//! `PUT /sessions/{session}/chats/{cid}/presence`.

use axum::extract;
use http::StatusCode;
use serde::Deserialize;
use wagon_domain::presence::Typing;
use wagon_http_kit::{StrictJson, needs};

use crate::error::{Rejection, V1};
use crate::path::{ChatPath, InSession};
use crate::state::State;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    state: Word,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
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
) -> Result<StatusCode, Rejection> {
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
    Ok(StatusCode::NO_CONTENT)
}

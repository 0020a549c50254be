//! `GET /sessions/{session}/messages/{mid}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Jid;
use wagon_http_kit::{Authenticated, Query, QueryError};

use super::view::View;
use crate::error::{Rejection, V1};
use crate::path::MessagePath;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Params {
    /// Message ids are unique within a chat; without one, the message stored last is meant.
    chat: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    MessagePath { session, message }: MessagePath,
    params: Query<Params, V1>,
) -> Result<Json<View>, Rejection> {
    let chat: Option<Jid> = match params.0.chat.as_deref().filter(|chat| !chat.is_empty()) {
        Some(chat) => Some(chat.parse().map_err(|_| QueryError::new("chat", "invalid JID"))?),
        None => None,
    };
    let messages = &state.services.messages;
    let message = messages.get(&caller, &session, chat.as_ref(), &message).await?;
    Ok(Json(View::from(message)))
}

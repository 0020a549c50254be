//! Read and unread.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};

use super::{FAMILY, OfChat, answer};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa, Refusal};
use crate::message_id;
use crate::state::State;

const MOST_MESSAGES: usize = 100;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ReadChat")]
pub(super) struct Read {
    chat_id: String,
    message_ids: Option<Vec<String>>,
}

/// `POST /sessions/{id}/chats/read`.
pub(super) async fn read(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<Read, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let chat = at.chat("chatId", &request.0.chat_id)?;
    let (chats, session) = (&state.services.chats, at.session(FAMILY)?);
    let outcome = match request.0.message_ids {
        None => chats.mark_read(&at.caller, session, &chat).await.map(drop),
        Some(ids) => {
            if !(1..=MOST_MESSAGES).contains(&ids.len()) {
                let problem = format!("messageIds must contain 1 to {MOST_MESSAGES} elements");
                return Err(Refusal::validation(vec![problem]).into());
            }
            let ids: Result<Vec<_>, _> = ids.iter().map(|id| message_id::from_text(id)).collect();
            let ids = ids.map_err(|_| {
                Refusal::validation(vec!["each value in messageIds must be a message id".to_owned()])
            })?;
            chats.mark_messages_read(&at.caller, session, &chat, &ids).await
        }
    };
    answer(&at, outcome)
}

/// `POST /sessions/{id}/chats/unread`.
pub(super) async fn unread(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<OfChat, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let chat = at.chat("chatId", &request.0.chat_id)?;
    let outcome = state
        .services
        .chats
        .mark_unread(&at.caller, at.session(FAMILY)?, &chat)
        .await;
    answer(&at, outcome)
}

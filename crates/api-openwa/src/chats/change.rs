//! Archive, pin, mute.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use wagon_domain::Timestamp;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::ChangeChat;

use super::{FAMILY, answer};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa, Refusal};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ArchiveChat")]
pub(super) struct Archive {
    chat_id: String,
    archive: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "PinChat")]
pub(super) struct Pin {
    chat_id: String,
    pin: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "MuteChat")]
pub(super) struct Mute {
    chat_id: String,
    /// Milliseconds. It has to be there, also as `null`.
    #[serde(deserialize_with = "nullable")]
    mute_until: Option<i64>,
}

/// Leaving the field out is not the same as `null`.
fn nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Option::deserialize(deserializer)
}

/// `POST /sessions/{id}/chats/archive`.
pub(super) async fn archive(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<Archive, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let change = ChangeChat {
        archived: Some(request.0.archive),
        ..ChangeChat::default()
    };
    make(&state, &at, &request.0.chat_id, change).await
}

/// `POST /sessions/{id}/chats/pin`.
pub(super) async fn pin(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<Pin, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let change = ChangeChat {
        pinned: Some(request.0.pin),
        ..ChangeChat::default()
    };
    make(&state, &at, &request.0.chat_id, change).await
}

/// `POST /sessions/{id}/chats/mute`.
pub(super) async fn mute(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<Mute, OpenWa>,
) -> Result<Json<Done>, Failure> {
    if request.0.mute_until.is_some_and(|until| until < 1) {
        let problem = "muteUntil must not be less than 1".to_owned();
        return Err(Refusal::validation(vec![problem]).into());
    }
    let change = ChangeChat {
        muted_until: Some(request.0.mute_until.map(Timestamp::from_millis)),
        ..ChangeChat::default()
    };
    make(&state, &at, &request.0.chat_id, change).await
}

async fn make(
    state: &State,
    at: &AtChat<needs::Send>,
    chat: &str,
    change: ChangeChat,
) -> Result<Json<Done>, Failure> {
    let chat = at.chat("chatId", chat)?;
    let outcome = state
        .services
        .chats
        .change(&at.caller, at.session(FAMILY)?, &chat, change)
        .await;
    answer(at, outcome.map(drop))
}

//! Who is there.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_domain::presence::PresenceState;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::Observed;

use super::{FAMILY, OfChat, answer};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::openapi::words;
use crate::path::Path;
use crate::state::State;
use crate::{jid, time};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChatPresence")]
pub(super) struct View {
    chat_id: String,
    participants: Vec<Participant>,
    observed_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChatParticipant")]
struct Participant {
    id: String,
    #[schemars(schema_with = "words::presence_state")]
    state: PresenceState,
    /// Epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<i64>,
}

/// `POST /sessions/{id}/presence/subscribe`.
pub(super) async fn subscribe(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: StrictJson<OfChat, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let chat = at.chat("chatId", &request.0.chat_id)?;
    let outcome = state
        .services
        .presence
        .watch(&at.caller, at.session(FAMILY)?, &chat)
        .await;
    answer(&at, outcome)
}

/// `GET /sessions/{id}/presence/{chatId}`: `null` until WhatsApp has told something.
pub(super) async fn get(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<Option<View>>, Failure> {
    let chat = at.chat_in(&path, "chatId")?;
    let (_, words) = state
        .services
        .presence
        .latest(&at.caller, at.session(FAMILY)?, &chat)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(View::new(path.text("chatId"), words)))
}

impl View {
    fn new(chat: &str, words: Vec<Observed>) -> Option<Self> {
        let observed_at = words.iter().map(|word| word.at).max()?;
        let participants = words.into_iter().map(|Observed { presence, .. }| Participant {
            id: jid::to_text(&presence.from),
            state: presence.state,
            last_seen: presence.last_seen.map(Timestamp::as_secs),
        });
        Some(Self {
            chat_id: chat.to_owned(),
            participants: participants.collect(),
            observed_at: time::iso(observed_at),
        })
    }
}

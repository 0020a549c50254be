//! `GET …/messages/{chat}/{message}/reactions`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;
use wagon_services::GivenReaction;

use super::path::MessagePath;
use super::view::ME;
use crate::access::{AtChat, Family};
use crate::error::Failure;
use crate::jid;
use crate::state::State;

/// One emoji and everybody who left it.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Reactions")]
pub(crate) struct Group {
    emoji: String,
    senders: Vec<Reactor>,
}

#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Reaction")]
struct Reactor {
    #[serde(rename = "senderId")]
    sender: String,
    emoji: String,
    /// Epoch seconds.
    timestamp: i64,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    MessagePath { chat, id }: MessagePath,
) -> Result<Json<Vec<Group>>, Failure> {
    at.admit(&chat)?;
    let session = at.session(Family::Messages)?;
    let given = state
        .services
        .messages
        .reactions(&at.caller, session, &chat, &id)
        .await?;
    Ok(Json(grouped(given)))
}

fn grouped(given: Vec<GivenReaction>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for GivenReaction {
        sender, emoji, at, ..
    } in given
    {
        let sender = Reactor {
            sender: sender.as_ref().map_or_else(|| ME.to_owned(), jid::to_text),
            emoji: emoji.clone(),
            timestamp: at.as_secs(),
        };
        match groups.iter_mut().find(|group| group.emoji == emoji) {
            Some(group) => group.senders.push(sender),
            None => groups.push(Group {
                emoji,
                senders: vec![sender],
            }),
        }
    }
    groups
}

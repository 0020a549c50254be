//! Labels and what they are on.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::label::Label;
use wagon_http_kit::needs;

use super::{FAMILY, refuse};
use crate::access::{AtChat, AtSession};
use crate::chats::Summary;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

/// The colours that WhatsApp shows for its numbers.
const COLORS: [&str; 20] = [
    "#ff9485", "#64c4ff", "#ffd429", "#dfaef0", "#99b6c1", "#55ccb3", "#ff9dff", "#d3a91d", "#6d7cce",
    "#d7e752", "#00d0e2", "#ffc5c7", "#93ceac", "#f74848", "#00a0f2", "#83e422", "#ffaf04", "#b5ebff",
    "#9ba6ff", "#9368cf",
];

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Label")]
pub(super) struct View {
    id: String,
    name: String,
    hex_color: &'static str,
}

impl From<Label> for View {
    fn from(label: Label) -> Self {
        let color = usize::try_from(label.color)
            .ok()
            .and_then(|number| COLORS.get(number));
        Self {
            hex_color: color.copied().unwrap_or(COLORS[0]),
            id: label.id,
            name: label.name,
        }
    }
}

/// `GET /sessions/{id}/labels`.
pub(super) async fn list(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<Vec<View>>, Failure> {
    let labels = &state.services.labels;
    let labels = labels
        .list(&at.caller, at.session(FAMILY)?)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(labels.into_iter().map(View::from).collect()))
}

/// `GET /sessions/{id}/labels/{labelId}`.
pub(super) async fn get(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let (labels, id) = (&state.services.labels, path.text("labelId"));
    let label = labels
        .get(&at.caller, at.session(FAMILY)?, id)
        .await
        .map_err(|error| refuse(&at, id, error))?;
    Ok(Json(label.into()))
}

/// `GET /sessions/{id}/labels/{labelId}/chats`.
pub(super) async fn chats(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    path: Path,
) -> Result<Json<Vec<Summary>>, Failure> {
    let (labels, id) = (&state.services.labels, path.text("labelId"));
    let chats = labels
        .chats(&at.caller, at.session(FAMILY)?, id)
        .await
        .map_err(|error| refuse(&at, id, error))?;
    let now = state.clock.now();
    Ok(Json(
        chats.into_iter().map(|chat| Summary::new(chat, now)).collect(),
    ))
}

/// `GET /sessions/{id}/labels/chat/{chatId}`.
pub(super) async fn of_chat(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<Vec<View>>, Failure> {
    let chat = at.chat_in(&path, "chatId")?;
    let labels = &state.services.labels;
    let labels = labels
        .of_chat(&at.caller, at.session(FAMILY)?, &chat)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(labels.into_iter().map(View::from).collect()))
}

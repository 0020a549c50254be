//! Making labels, and putting them on chats.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::label::Label;
use wagon_http_kit::{StrictJson, needs};

use super::{FAMILY, refuse};
use crate::access::{AtChat, AtSession};
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SetLabel")]
pub(super) struct Request {
    name: String,
    #[serde(default)]
    color: i32,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "AddLabel")]
pub(super) struct Add {
    label_id: String,
}

/// `PUT /sessions/{id}/labels/{labelId}`: the whole label, made or made anew.
pub(super) async fn set(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    path: Path,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let label = Label {
        id: path.text("labelId").to_owned(),
        name: request.0.name,
        color: request.0.color,
    };
    let labels = &state.services.labels;
    labels
        .set(&at.caller, at.session(FAMILY)?, label)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(Done::OK))
}

/// `DELETE /sessions/{id}/labels/{labelId}`.
pub(super) async fn delete(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    let (labels, id) = (&state.services.labels, path.text("labelId"));
    labels
        .delete(&at.caller, at.session(FAMILY)?, id)
        .await
        .map_err(|error| refuse(&at, id, error))?;
    Ok(Json(Done::OK))
}

/// `POST /sessions/{id}/labels/chat/{chatId}`.
pub(super) async fn add(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    request: StrictJson<Add, OpenWa>,
) -> Result<Json<Done>, Failure> {
    put(&state, &at, &path, &request.0.label_id, true).await
}

/// `DELETE /sessions/{id}/labels/chat/{chatId}/{labelId}`.
pub(super) async fn remove(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    put(&state, &at, &path, path.text("labelId"), false).await
}

async fn put(
    state: &State,
    at: &AtChat<needs::Send>,
    path: &Path,
    label: &str,
    on: bool,
) -> Result<Json<Done>, Failure> {
    let chat = at.chat_in(path, "chatId")?;
    let labels = &state.services.labels;
    labels
        .put(&at.caller, at.session(FAMILY)?, label, &chat, on)
        .await
        .map_err(|error| refuse(at, label, error))?;
    Ok(Json(Done::OK))
}

//! The picture of a group.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::{StrictJson, needs};

use super::{FAMILY, refuse};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::file::File;
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GroupPicture")]
pub(super) struct View {
    url: Option<String>,
}

/// `GET /sessions/{id}/groups/{gid}/picture`.
pub(super) async fn get(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let group = at.chat_in(&path, "gid")?;
    let picture = state
        .services
        .contacts
        .picture(&at.caller, at.session(FAMILY)?, &group)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(View {
        url: picture.map(|picture| picture.url),
    }))
}

/// `PUT /sessions/{id}/groups/{gid}/picture`.
pub(super) async fn set(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    image: StrictJson<File, OpenWa>,
) -> Result<Json<Done>, Failure> {
    change(&state, &at, &path, Some(image.0)).await?;
    Ok(Json(Done::said("Group picture updated")))
}

/// `DELETE /sessions/{id}/groups/{gid}/picture`.
pub(super) async fn remove(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    change(&state, &at, &path, None).await?;
    Ok(Json(Done::said("Group picture removed")))
}

async fn change(
    state: &State,
    at: &AtChat<needs::Send>,
    path: &Path,
    image: Option<File>,
) -> Result<(), Failure> {
    let group = at.chat_in(path, "gid")?;
    let image = image.map(File::origin).transpose()?;
    state
        .services
        .groups
        .set_picture(&at.caller, at.session(FAMILY)?, &group, image)
        .await
        .map_err(|error| refuse(at, path, error))?;
    Ok(())
}

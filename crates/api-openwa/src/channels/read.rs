//! Channels and what is in them.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{Query, needs};

use super::view::{Post, View};
use super::{FAMILY, refuse};
use crate::access::{AtChat, AtSession};
use crate::error::{Failure, OpenWa};
use crate::page::Window;
use crate::path::Path;
use crate::state::State;

const MESSAGES: u32 = 50;
const MOST_MESSAGES: u32 = 100;

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Params {
    limit: Option<String>,
}

/// `GET /sessions/{id}/channels`.
pub(super) async fn list(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<Vec<View>>, Failure> {
    let channels = &state.services.channels;
    let followed = channels
        .list(&at.caller, at.session(FAMILY)?)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(followed.into_iter().map(View::from).collect()))
}

/// `GET /sessions/{id}/channels/{cid}`.
pub(super) async fn get(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let channel = at.chat_in(&path, "cid")?;
    let channels = &state.services.channels;
    let found = channels
        .get(&at.caller, at.session(FAMILY)?, &channel)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(found.into()))
}

/// `GET /sessions/{id}/channels/{cid}/messages`, newest first.
pub(super) async fn messages(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    params: Query<Params, OpenWa>,
) -> Result<Json<Vec<Post>>, Failure> {
    let channel = at.chat_in(&path, "cid")?;
    let limit = params.0.limit;
    let window = Window::with_default(limit.as_deref(), None, MESSAGES, MOST_MESSAGES)?;
    let limit = window.limit;
    let channels = &state.services.channels;
    let posts = channels
        .messages(&at.caller, at.session(FAMILY)?, &channel, None, limit)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(posts.into_iter().map(Post::from).collect()))
}

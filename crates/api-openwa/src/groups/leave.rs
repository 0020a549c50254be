//! `POST /sessions/{id}/groups/{gid}/leave`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::{FAMILY, refuse};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    let group = at.chat_in(&path, "gid")?;
    state
        .services
        .groups
        .leave(&at.caller, at.session(FAMILY)?, &group)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(Done::said("Left the group")))
}

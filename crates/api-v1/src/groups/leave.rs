//! `POST /sessions/{session}/groups/{gid}:leave`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::needs;

use super::path::Group;
use crate::error::Rejection;
use crate::path::InSession;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    Group(group): Group,
) -> Result<NoContent, Rejection> {
    let groups = &state.services.groups;
    groups.leave(&at.caller, &at.session, &group).await?;
    Ok(NoContent)
}

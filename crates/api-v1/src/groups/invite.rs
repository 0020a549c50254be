//! `GET /sessions/{session}/groups/{gid}/invite`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::path::Group;
use super::view::InviteView;
use crate::error::Rejection;
use crate::path::InSession;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Read>,
    Group(group): Group,
) -> Result<Json<InviteView>, Rejection> {
    let invite = state
        .services
        .groups
        .invite(&at.caller, &at.session, &group)
        .await?;
    Ok(Json(InviteView { invite }))
}

//! `GET /sessions/{session}/groups/{gid}`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::path::Group;
use super::view::GroupView;
use crate::error::Rejection;
use crate::path::InSession;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Read>,
    Group(group): Group,
) -> Result<Json<GroupView>, Rejection> {
    let group = state.services.groups.get(&at.caller, &at.session, &group).await?;
    Ok(Json(GroupView::from(group)))
}

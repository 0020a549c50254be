//! `GET /sessions/{session}/groups/{gid}/members`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::path::Group;
use super::view::MemberView;
use crate::error::Rejection;
use crate::page::List;
use crate::path::InSession;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Read>,
    Group(group): Group,
) -> Result<Json<List<MemberView>>, Rejection> {
    let groups = &state.services.groups;
    let members = groups.members(&at.caller, &at.session, &group).await?;
    let data: Vec<MemberView> = members
        .into_iter()
        .map(|member| MemberView::new(&at.session, &group, member))
        .collect();
    Ok(Json(List::of(data)))
}

//! `DELETE /sessions/{session}/groups/{gid}/members/{jid}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::needs;
use wagon_services::MemberChange;

use super::path::{Group, Member};
use crate::error::Rejection;
use crate::path::InSession;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    Group(group): Group,
    Member(member): Member,
) -> Result<NoContent, Rejection> {
    let groups = &state.services.groups;
    groups
        .change_members(&at.caller, &at.session, &group, MemberChange::Remove, &[member])
        .await?;
    Ok(NoContent)
}

//! `POST /sessions/{session}/groups/{gid}/members/{jid}/promote` and `/demote`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::needs;
use wagon_services::MemberChange;

use super::path::{Group, Member};
use crate::error::Rejection;
use crate::path::InSession;
use crate::state::State;

pub(crate) async fn promote(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    group: Group,
    member: Member,
) -> Result<NoContent, Rejection> {
    change(&state, &at, &group, member, MemberChange::Promote).await
}

pub(crate) async fn demote(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    group: Group,
    member: Member,
) -> Result<NoContent, Rejection> {
    change(&state, &at, &group, member, MemberChange::Demote).await
}

async fn change(
    state: &State,
    at: &InSession<needs::Send>,
    Group(group): &Group,
    Member(member): Member,
    change: MemberChange,
) -> Result<NoContent, Rejection> {
    let groups = &state.services.groups;
    groups
        .change_members(&at.caller, &at.session, group, change, &[member])
        .await?;
    Ok(NoContent)
}

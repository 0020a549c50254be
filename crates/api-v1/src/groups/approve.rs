//! `POST /sessions/{session}/groups/{gid}/members:approve`: lets people in who have asked, all of them
//! if none is named.

use axum::extract;
use axum::response::NoContent;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};

use super::path::{Group, people};
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ApproveGroupMembers")]
pub(crate) struct Request {
    participants: Option<Vec<String>>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    Group(group): Group,
    request: StrictJson<Request, V1>,
) -> Result<NoContent, Rejection> {
    let members = people(request.0.participants)?;
    let groups = &state.services.groups;
    groups.approve(&at.caller, &at.session, &group, members).await?;
    Ok(NoContent)
}

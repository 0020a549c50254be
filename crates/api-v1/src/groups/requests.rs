//! `GET /sessions/{session}/groups/{gid}/members:requests`: who waits to be let in.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_http_kit::needs;
use wagon_services::JoinRequest;

use super::path::Group;
use crate::error::Rejection;
use crate::page::List;
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "JoinRequest")]
pub(crate) struct View {
    #[serde(skip_serializing_if = "Option::is_none")]
    jid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_at: Option<i64>,
}

impl From<JoinRequest> for View {
    fn from(request: JoinRequest) -> Self {
        Self {
            jid: request.party.jid.map(Into::into),
            lid: request.party.lid.map(Into::into),
            requested_at: request.requested_at.map(Timestamp::as_millis),
        }
    }
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Read>,
    Group(group): Group,
) -> Result<Json<List<View>>, Rejection> {
    let groups = &state.services.groups;
    let requests = groups.requests(&at.caller, &at.session, &group).await?;
    let data: Vec<View> = requests.into_iter().map(Into::into).collect();
    Ok(Json(List::of(data)))
}

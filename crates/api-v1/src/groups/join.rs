//! `POST /sessions/{session}/groups:join`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{StrictJson, needs};
use wagon_services::JoinOutcome;

use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "JoinGroup")]
pub(crate) struct Request {
    invite: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "JoinedGroup")]
pub(crate) struct View {
    group_jid: String,
    /// An admin has to approve first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pending: bool,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let invite = request.0.invite.unwrap_or_default();
    let outcome = state
        .services
        .groups
        .join(&at.caller, &at.session, &invite)
        .await?;
    let (group, pending) = match outcome {
        JoinOutcome::Joined(group) => (group, false),
        JoinOutcome::Waiting(group) => (group, true),
    };
    Ok(Json(View {
        group_jid: group.into(),
        pending,
    }))
}

//! Coming in by an invite link.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::Timestamp;
use wagon_http_kit::{Query, StrictJson, needs};
use wagon_services::{Error, JoinOutcome, Missing};

use super::FAMILY;
use crate::access::AtSession;
use crate::error::{Failure, OpenWa, Refusal};
use crate::jid;
use crate::length;
use crate::state::State;

const LONGEST_CODE: usize = 128;

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Params {
    code: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GroupJoinInfo")]
pub(super) struct Info {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// Epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant_count: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "JoinGroup")]
pub(super) struct Request {
    invite_code: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "JoinedGroup")]
pub(super) struct Joined {
    success: bool,
    group_id: String,
}

/// `GET /sessions/{id}/groups/join-info`.
pub(super) async fn info(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    params: Query<Params, OpenWa>,
) -> Result<Json<Info>, Failure> {
    let code = params.0.code.unwrap_or_default();
    length::within("code", &code, 1..=LONGEST_CODE)?;
    let group = state
        .services
        .groups
        .invited(&at.caller, at.session(FAMILY)?, &code)
        .await
        .map_err(|error| refuse(&at, error))?;
    Ok(Json(Info {
        id: jid::to_text(&group.jid),
        name: group.subject,
        description: group.description,
        owner: group.owner.as_ref().map(jid::to_text),
        created_at: group.created_at.map(Timestamp::as_secs),
        participant_count: group.size,
    }))
}

/// `POST /sessions/{id}/groups/join`. Whoever has to be let in by an admin has succeeded too.
pub(super) async fn join(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<Joined>, Failure> {
    let code = request.0.invite_code;
    length::within("inviteCode", &code, 1..=LONGEST_CODE)?;
    let outcome = state
        .services
        .groups
        .join(&at.caller, at.session(FAMILY)?, &code)
        .await
        .map_err(|error| refuse(&at, error))?;
    let (JoinOutcome::Joined(group) | JoinOutcome::Waiting(group)) = outcome;
    Ok(Json(Joined {
        success: true,
        group_id: jid::to_text(&group),
    }))
}

fn refuse<N>(at: &AtSession<N>, error: Error) -> Failure {
    match error {
        Error::NotFound(Missing::OnWhatsApp) => {
            Refusal::not_found("No group has this invite code".to_owned()).into()
        }
        error => at.refuse(error, FAMILY),
    }
}

//! Who asks to be let in.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::MemberChange;

use super::results::{self, Participants};
use super::{FAMILY, refuse};
use crate::access::AtChat;
use crate::error::{Failure, OpenWa};
use crate::jid;
use crate::path::Path;
use crate::state::State;

type Body = LenientJson<Participants, OpenWa>;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MembershipRequest")]
pub(super) struct View {
    participant_id: String,
    /// Epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_at: Option<i64>,
}

/// `GET /sessions/{id}/groups/{gid}/membership-requests`.
pub(super) async fn list(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<Vec<View>>, Failure> {
    let group = at.chat_in(&path, "gid")?;
    let waiting = state
        .services
        .groups
        .requests(&at.caller, at.session(FAMILY)?, &group)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    let views = waiting.into_iter().filter_map(|request| {
        Some(View {
            participant_id: jid::to_text(request.party.address()?),
            requested_at: request.requested_at.map(Timestamp::as_secs),
        })
    });
    Ok(Json(views.collect()))
}

/// `POST /sessions/{id}/groups/{gid}/membership-requests/approve`.
pub(super) async fn approve(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    body: Body,
) -> Result<Json<results::View>, Failure> {
    let message = "Membership requests approved";
    answer(&state, &at, &path, body, MemberChange::Approve, message).await
}

/// `POST /sessions/{id}/groups/{gid}/membership-requests/reject`.
pub(super) async fn reject(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    body: Body,
) -> Result<Json<results::View>, Failure> {
    let message = "Membership requests rejected";
    answer(&state, &at, &path, body, MemberChange::Reject, message).await
}

async fn answer(
    state: &State,
    at: &AtChat<needs::Send>,
    path: &Path,
    body: Body,
    answer: MemberChange,
    message: &'static str,
) -> Result<Json<results::View>, Failure> {
    let group = at.chat_in(path, "gid")?;
    let asked = jid::all_named("participants", &body.0.participants)?;
    let outcomes = state
        .services
        .groups
        .answer_requests(&at.caller, at.session(FAMILY)?, &group, answer, asked.clone())
        .await
        .map_err(|error| refuse(at, path, error))?;
    Ok(Json(results::View::new(message, &asked, outcomes)))
}

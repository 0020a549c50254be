//! Who is in a group, and who runs it.

use axum::{Json, extract};
use http::StatusCode;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::MemberChange;

use super::results::{Participants, View};
use super::{FAMILY, refuse};
use crate::access::AtChat;
use crate::error::{Failure, OpenWa, Refusal};
use crate::jid;
use crate::path::Path;
use crate::state::State;

type Body = StrictJson<Participants, OpenWa>;

/// `POST /sessions/{id}/groups/{gid}/participants`.
pub(super) async fn add(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    body: Body,
) -> Result<Json<View>, Failure> {
    change(&state, &at, &path, body, MemberChange::Add, "Participants added").await
}

/// `DELETE /sessions/{id}/groups/{gid}/participants`, with a body.
pub(super) async fn remove(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    body: Body,
) -> Result<Json<View>, Failure> {
    let message = "Participants removed";
    change(&state, &at, &path, body, MemberChange::Remove, message).await
}

/// `POST /sessions/{id}/groups/{gid}/participants/promote`.
pub(super) async fn promote(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    body: Body,
) -> Result<Json<View>, Failure> {
    let message = "Participants promoted to admin";
    change(&state, &at, &path, body, MemberChange::Promote, message).await
}

/// `POST /sessions/{id}/groups/{gid}/participants/demote`.
pub(super) async fn demote(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    body: Body,
) -> Result<Json<View>, Failure> {
    let message = "Participants demoted from admin";
    change(&state, &at, &path, body, MemberChange::Demote, message).await
}

async fn change(
    state: &State,
    at: &AtChat<needs::Send>,
    path: &Path,
    body: Body,
    change: MemberChange,
    message: &'static str,
) -> Result<Json<View>, Failure> {
    let group = at.chat_in(path, "gid")?;
    let members = jid::all_named("participants", &body.0.participants)?;
    let outcomes = state
        .services
        .groups
        .change_each_member(&at.caller, at.session(FAMILY)?, &group, change, &members)
        .await
        .map_err(|error| refuse(at, path, error))?;
    let view = View::new(message, &members, outcomes);
    if view.all_refused() {
        let message = "WhatsApp refused every participant";
        return Err(Refusal::new(StatusCode::FORBIDDEN, message).into());
    }
    Ok(Json(view))
}

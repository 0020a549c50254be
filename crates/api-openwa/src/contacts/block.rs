//! Who is blocked.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::FAMILY;
use crate::access::{AtChat, AtSession};
use crate::done::Done;
use crate::error::Failure;
use crate::jid;
use crate::path::Path;
use crate::state::State;

/// `GET /sessions/{id}/contacts/blocked`.
pub(super) async fn list(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<Vec<String>>, Failure> {
    let blocked = state
        .services
        .contacts
        .blocked(&at.caller, at.session(FAMILY)?)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(
        blocked.iter().map(|person| jid::to_text(&person.jid)).collect(),
    ))
}

/// `POST /sessions/{id}/contacts/{contactId}/block`.
pub(super) async fn add(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    set(&state, &at, &path, true).await?;
    Ok(Json(Done::said("Contact blocked")))
}

/// `DELETE /sessions/{id}/contacts/{contactId}/block`.
pub(super) async fn remove(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    set(&state, &at, &path, false).await?;
    Ok(Json(Done::said("Contact unblocked")))
}

async fn set(state: &State, at: &AtChat<needs::Send>, path: &Path, blocked: bool) -> Result<(), Failure> {
    let who = at.chat_in(path, "contactId")?;
    state
        .services
        .contacts
        .set_blocked(&at.caller, at.session(FAMILY)?, &who, blocked)
        .await
        .map_err(|error| at.refuse(error, FAMILY))
}

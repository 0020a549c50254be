//! `DELETE /sessions/{id}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::needs;

use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
) -> Result<NoContent, Failure> {
    let id = at.session(Family::Sessions)?;
    let deleted = state.services.sessions.delete(&at.caller, id).await;
    deleted.map_err(|error| at.refuse(error, Family::Sessions))?;
    Ok(NoContent)
}

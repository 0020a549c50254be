//! `POST /sessions/{id}/start`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::view::View;
use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
) -> Result<Json<View>, Failure> {
    let id = at.session(Family::Sessions)?;
    let session = state.services.sessions.launch(&at.caller, id).await;
    let session = session.map_err(|error| at.refuse(error, Family::Sessions))?;
    Ok(Json(View::new(session, &state.services)))
}

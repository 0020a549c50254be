//! `GET /sessions/{id}`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::view::View;
use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<View>, Failure> {
    let session = at.record(Family::Sessions)?.clone();
    Ok(Json(View::new(session, &state.services)))
}

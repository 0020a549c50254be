//! `GET /sessions/{id}/templates`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::view::View;
use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
) -> Result<Json<Vec<View>>, Failure> {
    let session = at.session(Family::Sessions)?;
    let templates = state.services.templates.list(&at.caller, session).await?;
    Ok(Json(templates.into_iter().map(View::from).collect()))
}

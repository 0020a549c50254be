//! `POST /sessions/{session}:start`, `:stop`, `:restart`, `:logout`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::path::SessionPath;
use crate::state::State;

pub(crate) async fn start(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<View>, Rejection> {
    let session = state.services.sessions.start(&caller, &session).await?;
    Ok(Json(View::new(session, &state.gateway_id)))
}

pub(crate) async fn stop(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<View>, Rejection> {
    let session = state.services.sessions.stop(&caller, &session).await?;
    Ok(Json(View::new(session, &state.gateway_id)))
}

pub(crate) async fn restart(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<View>, Rejection> {
    let session = state.services.sessions.restart(&caller, &session).await?;
    Ok(Json(View::new(session, &state.gateway_id)))
}

pub(crate) async fn logout(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<View>, Rejection> {
    let session = state.services.sessions.logout(&caller, &session).await?;
    Ok(Json(View::new(session, &state.gateway_id)))
}

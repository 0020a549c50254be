//! `GET /sessions/{session}/profile`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::path::SessionPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<View>, Rejection> {
    let profile = state.services.profile.get(&caller, &session).await?;
    Ok(Json(View::from(profile)))
}

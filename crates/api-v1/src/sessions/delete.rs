//! `DELETE /sessions/{session}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::path::SessionPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<NoContent, Rejection> {
    state.services.sessions.delete(&caller, &session).await?;
    Ok(NoContent)
}

//! `DELETE /sessions/{session}/status/{mid}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::path::MessagePath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    MessagePath { session, message }: MessagePath,
) -> Result<NoContent, Rejection> {
    state
        .services
        .statuses
        .revoke(&caller, &session, &message)
        .await?;
    Ok(NoContent)
}

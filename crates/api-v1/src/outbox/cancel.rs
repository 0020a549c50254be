//! `DELETE /sessions/{session}/outbox/{oid}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::path::SendPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SendPath { session, send }: SendPath,
) -> Result<NoContent, Rejection> {
    let messages = &state.services.messages;
    messages.cancel_send(&caller, &session, &send).await?;
    Ok(NoContent)
}

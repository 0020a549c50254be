//! `GET /sessions/{session}/outbox/{oid}`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::path::SendPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SendPath { session, send }: SendPath,
) -> Result<Json<View>, Rejection> {
    let messages = &state.services.messages;
    let send = messages.get_send(&caller, &session, &send).await?;
    Ok(Json(View::from(send)))
}

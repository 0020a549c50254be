//! `GET /sessions/{session}/qr`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::path::SessionPath;
use crate::state::State;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "QrCode")]
pub(crate) struct View {
    code: String,
    expires_at: i64,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<View>, Rejection> {
    let qr = state.services.sessions.qr(&caller, &session).await?;
    Ok(Json(View {
        code: qr.code,
        expires_at: qr.expires_at.as_millis(),
    }))
}

//! `GET /infra/health`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Failure;
use crate::state::State;
use crate::time;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InfraHealth")]
pub(crate) struct View {
    status: &'static str,
    timestamp: String,
}

pub(crate) async fn handler(extract::State(state): extract::State<State>) -> Result<Json<View>, Failure> {
    Ok(Json(View {
        status: "ok",
        timestamp: time::iso(state.clock.now()),
    }))
}

//! `GET /health/live`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Failure;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Liveness")]
pub(crate) struct View {
    status: &'static str,
}

pub(crate) async fn handler(_: extract::State<State>) -> Result<Json<View>, Failure> {
    Ok(Json(View { status: "ok" }))
}

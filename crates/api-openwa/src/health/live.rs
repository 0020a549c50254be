//! `GET /health/live`.

use std::future::{Ready, ready};

use axum::Json;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct View {
    status: &'static str,
}

pub(crate) fn handler() -> Ready<Json<View>> {
    ready(Json(View { status: "ok" }))
}

//! `GET /infra/health`.

use std::future::{Ready, ready};

use axum::{Json, extract};
use serde::Serialize;

use crate::state::State;
use crate::time;

#[derive(Debug, Serialize)]
pub(crate) struct View {
    status: &'static str,
    timestamp: String,
}

pub(crate) fn handler(extract::State(state): extract::State<State>) -> Ready<Json<View>> {
    ready(Json(View {
        status: "ok",
        timestamp: time::iso(state.clock.now()),
    }))
}

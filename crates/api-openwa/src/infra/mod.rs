//! What the gateway runs on. Its configuration is a file and the environment, and nothing changes it from here.

mod engines;
mod health;
mod status;

use std::future::{Ready, ready};

use axum::Router;
use axum::routing::{get, post};
use http::StatusCode;
use wagon_http_kit::needs;

use crate::access::Unscoped;
use crate::error::Refusal;
use crate::state::State;

/// The probe, which is not throttled.
pub(crate) fn probe() -> Router<State> {
    Router::new().route("/infra/health", get(health::handler))
}

pub(crate) fn routes() -> Router<State> {
    let mut routes = Router::new()
        .route("/infra/status", get(status::handler))
        .route("/infra/engines", get(engines::list))
        .route("/infra/engines/current", get(engines::current))
        .route("/infra/config", get(refuse).put(refuse))
        .route("/infra/restart", post(refuse))
        .route("/infra/import-data", post(refuse))
        .route("/infra/storage/import", post(refuse));
    for path in [
        "update-check",
        "export-data",
        "storage/files/count",
        "storage/export",
    ] {
        routes = routes.route(&format!("/infra/{path}"), get(refuse));
    }
    routes
}

/// What is done on the gateway's machine here.
fn refuse(_caller: Unscoped<needs::Admin>) -> Ready<Refusal> {
    ready(Refusal::new(
        StatusCode::NOT_IMPLEMENTED,
        "The gateway is configured, backed up and updated on its own machine: see docs/operating.md",
    ))
}

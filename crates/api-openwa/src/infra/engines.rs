//! `GET /infra/engines` and `/infra/engines/current`.

use std::future::{Ready, ready};

use axum::Json;
use serde::Serialize;
use wagon_http_kit::needs;

use crate::access::Unscoped;
use crate::auth::ENGINE;

#[derive(Debug, Serialize)]
pub(crate) struct Engine {
    id: &'static str,
    name: &'static str,
    enabled: bool,
    features: [&'static str; 3],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Current {
    engine_type: &'static str,
}

/// There is one.
pub(crate) fn list(_caller: Unscoped<needs::Admin>) -> Ready<Json<[Engine; 1]>> {
    ready(Json([Engine {
        id: ENGINE,
        name: ENGINE,
        enabled: true,
        features: ["text-messages", "media-messages", "group-management"],
    }]))
}

pub(crate) fn current(_caller: Unscoped<needs::Admin>) -> Ready<Json<Current>> {
    ready(Json(Current { engine_type: ENGINE }))
}

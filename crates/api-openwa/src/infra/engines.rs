//! `GET /infra/engines` and `/infra/engines/current`.

use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use crate::access::Unscoped;
use crate::auth::ENGINE;
use crate::error::Failure;

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Engine {
    id: &'static str,
    name: &'static str,
    enabled: bool,
    features: [&'static str; 3],
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CurrentEngine")]
pub(crate) struct Current {
    engine_type: &'static str,
}

/// There is one.
pub(crate) async fn list(_caller: Unscoped<needs::Admin>) -> Result<Json<[Engine; 1]>, Failure> {
    Ok(Json([Engine {
        id: ENGINE,
        name: ENGINE,
        enabled: true,
        features: ["text-messages", "media-messages", "group-management"],
    }]))
}

pub(crate) async fn current(_caller: Unscoped<needs::Admin>) -> Result<Json<Current>, Failure> {
    Ok(Json(Current { engine_type: ENGINE }))
}

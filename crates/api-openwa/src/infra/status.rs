//! `GET /infra/status`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use crate::access::Unscoped;
use crate::auth::ENGINE;
use crate::error::Failure;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InfraStatus")]
pub(crate) struct View {
    database: Database,
    redis: Redis,
    queue: Queue,
    storage: Storage,
    engine: Engine,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InfraDatabase")]
struct Database {
    connected: bool,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// There is none: what it is for elsewhere is in the database here.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InfraRedis")]
struct Redis {
    enabled: bool,
    connected: bool,
}

/// Deliveries wait in the database; no queue of their own can be turned off.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InfraQueue")]
struct Queue {
    enabled: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InfraStorage")]
struct Storage {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InfraEngine")]
struct Engine {
    #[serde(rename = "type")]
    kind: &'static str,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    _caller: Unscoped<needs::Admin>,
) -> Result<Json<View>, Failure> {
    Ok(Json(View {
        database: Database {
            connected: state.services.health.ready().await.is_ok(),
            kind: state.about.database,
        },
        redis: Redis {
            enabled: false,
            connected: false,
        },
        queue: Queue { enabled: true },
        storage: Storage {
            kind: state.about.storage,
        },
        engine: Engine { kind: ENGINE },
    }))
}

//! `GET /health/ready`.

use axum::response::{IntoResponse, Response};
use axum::{Json, extract};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_services::NotReady;

use crate::error::Failure;
use crate::openapi::{Operation, Output, Schemas};
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Readiness")]
pub(crate) struct View {
    status: &'static str,
    details: Details,
}

/// The dialect knows two databases. Wagon keeps everything in one, and tells its state for both.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReadinessDetails")]
struct Details {
    main_database: Part,
    data_database: Part,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "ReadinessPart")]
struct Part {
    status: &'static str,
}

/// Whether it can work: 200 if so, 503 if not.
pub(crate) struct Readiness(StatusCode, View);

impl IntoResponse for Readiness {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}

impl Output for Readiness {
    fn describe(operation: &mut Operation, schemas: &mut Schemas) {
        for status in [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE] {
            operation.succeeds(status, Some(schemas.answer::<View>()));
        }
    }
}

pub(crate) async fn handler(extract::State(state): extract::State<State>) -> Result<Readiness, Failure> {
    let ready = state.services.health.ready().await;
    if let Err(reason) = &ready {
        tracing::warn!(error = reason as &dyn std::error::Error, "not ready");
    }
    let (status, view) = View::of(&ready);
    Ok(Readiness(status, view))
}

impl View {
    fn of(ready: &Result<(), NotReady>) -> (StatusCode, Self) {
        let (code, status, database) = match ready {
            Ok(()) => (StatusCode::OK, "ok", Part { status: "up" }),
            Err(NotReady::Database(_)) => (StatusCode::SERVICE_UNAVAILABLE, "error", Part { status: "down" }),
        };
        (
            code,
            Self {
                status,
                details: Details {
                    main_database: database,
                    data_database: database,
                },
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_databases_are_the_one() {
        let (status, view) = View::of(&Ok(()));
        let up = json!({"status": "up"});
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            serde_json::to_value(view).unwrap(),
            json!({"status": "ok", "details": {"mainDatabase": up, "dataDatabase": up}})
        );
    }
}

//! `GET /health/ready`.

use axum::{Json, extract};
use http::StatusCode;
use serde::Serialize;
use wagon_services::NotReady;

use crate::state::State;

#[derive(Debug, Serialize)]
pub(crate) struct View {
    status: &'static str,
    details: Details,
}

/// The dialect knows two databases. Wagon keeps everything in one, and tells its state for both.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    main_database: Part,
    data_database: Part,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Part {
    status: &'static str,
}

pub(crate) async fn handler(extract::State(state): extract::State<State>) -> (StatusCode, Json<View>) {
    let ready = state.services.health.ready().await;
    if let Err(reason) = &ready {
        tracing::warn!(error = reason as &dyn std::error::Error, "not ready");
    }
    let (status, view) = View::of(&ready);
    (status, Json(view))
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

//! `GET /health`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Timestamp;
use wagon_http_kit::{Authenticated, Rejection};

use crate::error::{Failure, OpenWa};
use crate::state::State;
use crate::time;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Health")]
pub(crate) struct View {
    status: &'static str,
    timestamp: String,
    /// For those who hold a key: it helps whoever looks for weaknesses.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Result<Authenticated<OpenWa>, Rejection<OpenWa>>,
) -> Result<Json<View>, Failure> {
    Ok(Json(View::new(state.clock.now(), caller.is_ok())))
}

impl View {
    fn new(now: Timestamp, known: bool) -> Self {
        Self {
            status: "ok",
            timestamp: time::iso(now),
            version: known.then_some(env!("CARGO_PKG_VERSION")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_callers_with_a_key_learn_the_version() {
        let now = Timestamp::from_millis(1_719_312_000_007);
        assert_eq!(
            serde_json::to_value(View::new(now, false)).unwrap(),
            json!({"status": "ok", "timestamp": "2024-06-25T10:40:00.007Z"})
        );
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            serde_json::to_value(View::new(now, true)).unwrap(),
            json!({"status": "ok", "timestamp": "2024-06-25T10:40:00.007Z", "version": version})
        );
    }
}

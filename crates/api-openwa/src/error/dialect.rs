//! The dialect's words for requests that never reach a service.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use wagon_http_kit::{Dialect, Problem, Unauthenticated};

use super::envelope::Refusal;

/// The OpenWA dialect.
#[derive(Debug)]
pub enum OpenWa {}

impl Dialect for OpenWa {
    const NAME: &'static str = "openwa";

    fn render(problem: Problem) -> Response {
        Refusal::from(problem).into_response()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Unauthenticated(reason) => Self::new(
                StatusCode::UNAUTHORIZED,
                match reason {
                    Unauthenticated::Missing | Unauthenticated::MissingTicket => "API key is required",
                    Unauthenticated::Invalid
                    | Unauthenticated::NoOrganization
                    | Unauthenticated::InvalidTicket => "Invalid API key",
                },
            ),
            Problem::Forbidden { reason } => Self::new(StatusCode::FORBIDDEN, reason),
            Problem::Body(error) => error.into(),
            Problem::Query(error) => Self::validation(vec![match error.name {
                Some(name) => format!("{name}: {error}"),
                None => error.to_string(),
            }]),
            Problem::Cursor(error) => Self::validation(vec![error.to_string()]),
            Problem::Path => Self::new(StatusCode::BAD_REQUEST, "URL must be UTF-8"),
            Problem::RouteNotFound { method, path } => {
                Self::new(StatusCode::NOT_FOUND, format!("Cannot {method} {path}"))
            }
            Problem::MethodNotAllowed { allow: _ } => {
                Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
            }
            Problem::NotWebSocket => Self::new(StatusCode::BAD_REQUEST, "a WebSocket handshake is required"),
            Problem::NotSupported(what) => Self::new(StatusCode::NOT_IMPLEMENTED, what),
            Problem::Panicked => internal(),
            Problem::Service(error) => error.into(),
        }
    }
}

pub(super) fn internal() -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error").without_reason()
}

#[cfg(test)]
pub(super) mod tests {
    use http::header::RETRY_AFTER;
    use serde_json::{Value, json};
    use wagon_http_kit::{InvalidCursor, QueryError};

    use super::*;

    /// Status, body and `Retry-After` of what a client gets.
    pub(in crate::error) async fn answer(refusal: impl Into<Refusal>) -> (u16, Value, Option<String>) {
        let (parts, body) = refusal.into().into_response().into_parts();
        let retry_after = parts
            .headers
            .get(RETRY_AFTER)
            .map(|value| value.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
        (
            parts.status.as_u16(),
            serde_json::from_slice(&bytes).unwrap(),
            retry_after,
        )
    }

    pub(in crate::error) fn envelope(status: u16, message: &str, error: &str) -> Value {
        json!({"statusCode": status, "message": message, "error": error})
    }

    #[tokio::test]
    async fn requests_that_reach_no_service_get_the_envelope_too() {
        for (problem, body) in [
            (
                Problem::Unauthenticated(Unauthenticated::Missing),
                envelope(401, "API key is required", "Unauthorized"),
            ),
            (
                Problem::Unauthenticated(Unauthenticated::Invalid),
                envelope(401, "Invalid API key", "Unauthorized"),
            ),
            (
                Problem::Forbidden { reason: "no" },
                envelope(403, "no", "Forbidden"),
            ),
            (
                Problem::Query(QueryError::new("limit", "invalid integer")),
                json!({"statusCode": 400, "message": ["limit: invalid integer"], "error": "Bad Request"}),
            ),
            (
                Problem::Cursor(InvalidCursor),
                json!({"statusCode": 400, "message": ["invalid cursor"], "error": "Bad Request"}),
            ),
            (Problem::Path, envelope(400, "URL must be UTF-8", "Bad Request")),
            (
                Problem::RouteNotFound {
                    method: http::Method::GET,
                    path: "/api/x".to_owned(),
                },
                envelope(404, "Cannot GET /api/x", "Not Found"),
            ),
            (
                Problem::MethodNotAllowed { allow: None },
                envelope(405, "Method Not Allowed", "Method Not Allowed"),
            ),
            (
                Problem::NotSupported("later".to_owned()),
                envelope(501, "later", "Not Implemented"),
            ),
            (
                Problem::Panicked,
                json!({"statusCode": 500, "message": "Internal server error"}),
            ),
        ] {
            let status = u16::try_from(body["statusCode"].as_u64().unwrap()).unwrap();
            assert_eq!(answer(problem).await, (status, body, None));
        }
    }
}

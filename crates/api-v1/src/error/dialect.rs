//! The dialect's words for requests that never reach a service.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;
use wagon_http_kit::{BodyError, BodyErrorKind, Dialect, Problem, QueryError, Unauthenticated};

use super::envelope::{Code, Refusal};

/// The native dialect.
#[derive(Debug)]
pub enum V1 {}

impl Dialect for V1 {
    const NAME: &'static str = "v1";

    fn render(problem: Problem) -> Response {
        Refusal::from(problem).into_response()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Unauthenticated(reason) => Self::new(
                Code::Unauthorized,
                match reason {
                    Unauthenticated::Missing | Unauthenticated::Invalid => "missing or invalid credentials",
                    Unauthenticated::NoOrganization => "authentication required",
                    Unauthenticated::MissingTicket => "missing ticket",
                    Unauthenticated::InvalidTicket => "invalid or expired ticket",
                },
            ),
            Problem::Forbidden { reason } => Self::new(Code::Forbidden, reason),
            Problem::Body(error) => error.into(),
            Problem::Query(error) => error.into(),
            Problem::Cursor(error) => Self::new(Code::ValidationError, error.to_string()),
            Problem::Path => schema("expected UTF-8", "path"),
            Problem::RouteNotFound { method: _, path: _ } => Self::new(Code::NotFound, "route not found"),
            Problem::MethodNotAllowed { allow: _ } => Self::new(Code::ValidationError, "method not allowed")
                .with_status(StatusCode::METHOD_NOT_ALLOWED),
            Problem::NotWebSocket => Self::new(Code::ValidationError, "a WebSocket handshake is required"),
            Problem::NotSupported(what) => Self::new(Code::NotImplemented, what),
            Problem::Panicked => Self::new(Code::Internal, "internal server error"),
            Problem::Service(error) => error.into(),
        }
    }
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        let BodyError { kind, path } = error;
        let whole = |kind: &BodyErrorKind| Self::new(Code::ValidationError, kind.to_string());
        match kind {
            BodyErrorKind::Empty | BodyErrorKind::Unreadable | BodyErrorKind::TooManyValues => whole(&kind),
            BodyErrorKind::ContentType => whole(&kind).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            BodyErrorKind::TooLarge { limit: _ } => whole(&kind).with_status(StatusCode::PAYLOAD_TOO_LARGE),
            BodyErrorKind::NotUtf8
            | BodyErrorKind::Malformed
            | BodyErrorKind::UnknownField
            | BodyErrorKind::MissingField { field: _ }
            | BodyErrorKind::WrongType { expected: _ }
            | BodyErrorKind::NotOneOf { expected: _ }
            | BodyErrorKind::Invalid { problem: _ } => {
                let location = if path.is_empty() {
                    "body".to_owned()
                } else {
                    format!("body.{path}")
                };
                schema(&kind.to_string(), &location)
            }
        }
    }
}

impl From<QueryError> for Refusal {
    fn from(error: QueryError) -> Self {
        match error.name {
            Some(name) => schema(error.problem, &format!("query.{name}")),
            None => schema(error.problem, "query"),
        }
    }
}

/// One entry of the list of schema errors: what is wrong, and where; never the value itself.
fn schema(problem: &str, location: &str) -> Refusal {
    Refusal::new(Code::ValidationError, "validation failed")
        .with_details(json!({ "errors": [format!("{problem} ({location})")] }))
}

#[cfg(test)]
pub(super) mod tests {
    use http::header::RETRY_AFTER;
    use serde_json::Value;
    use wagon_http_kit::InvalidCursor;

    use super::*;
    use crate::error::Rejection;

    /// Status, body and `Retry-After` of what a client gets.
    pub(in crate::error) async fn answer(rejection: impl Into<Rejection>) -> (u16, Value, Option<String>) {
        let (parts, body) = rejection.into().into_response().into_parts();
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

    pub(in crate::error) fn envelope(code: &str, message: &str) -> Value {
        json!({"error": {"code": code, "message": message}})
    }

    fn failed(problem: &str) -> Value {
        let details = json!({"errors": [problem]});
        json!({"error": {"code": "validation_error", "message": "validation failed", "details": details}})
    }

    #[tokio::test]
    async fn requests_that_reach_no_service_get_the_envelope_too() {
        for (problem, status, body) in [
            (
                Problem::Unauthenticated(Unauthenticated::Missing),
                401,
                envelope("unauthorized", "missing or invalid credentials"),
            ),
            (
                Problem::Unauthenticated(Unauthenticated::Invalid),
                401,
                envelope("unauthorized", "missing or invalid credentials"),
            ),
            (
                Problem::Unauthenticated(Unauthenticated::MissingTicket),
                401,
                envelope("unauthorized", "missing ticket"),
            ),
            (
                Problem::Unauthenticated(Unauthenticated::InvalidTicket),
                401,
                envelope("unauthorized", "invalid or expired ticket"),
            ),
            (
                Problem::Forbidden {
                    reason: "super_admin required",
                },
                403,
                envelope("forbidden", "super_admin required"),
            ),
            (
                Problem::Cursor(InvalidCursor),
                400,
                envelope("validation_error", "invalid cursor"),
            ),
            (Problem::Path, 400, failed("expected UTF-8 (path)")),
            (
                Problem::RouteNotFound {
                    method: http::Method::GET,
                    path: "/x".to_owned(),
                },
                404,
                envelope("not_found", "route not found"),
            ),
            (
                Problem::MethodNotAllowed { allow: None },
                405,
                envelope("validation_error", "method not allowed"),
            ),
            (
                Problem::NotWebSocket,
                400,
                envelope("validation_error", "a WebSocket handshake is required"),
            ),
            (
                Problem::NotSupported("later".to_owned()),
                501,
                envelope("not_implemented", "later"),
            ),
            (
                Problem::Panicked,
                500,
                envelope("internal", "internal server error"),
            ),
            (
                Problem::Query(QueryError::new("limit", "invalid integer")),
                400,
                failed("invalid integer (query.limit)"),
            ),
        ] {
            assert_eq!(answer(problem).await, (status, body, None));
        }
    }

    #[tokio::test]
    async fn bodies_are_refused_by_place_and_never_by_value() {
        for (kind, path, status, body) in [
            (
                BodyErrorKind::Empty,
                "",
                400,
                envelope("validation_error", "request body is required"),
            ),
            (
                BodyErrorKind::ContentType,
                "",
                415,
                envelope("validation_error", "content type must be application/json"),
            ),
            (
                BodyErrorKind::TooLarge { limit: 1_048_576 },
                "",
                413,
                envelope(
                    "validation_error",
                    "request body is too large limit=1048576 bytes",
                ),
            ),
            (
                BodyErrorKind::Malformed,
                "",
                400,
                failed("request body must be valid JSON (body)"),
            ),
            (
                BodyErrorKind::NotUtf8,
                "",
                400,
                failed("request body must be UTF-8 (body)"),
            ),
            (
                BodyErrorKind::UnknownField,
                "foo",
                400,
                failed("unexpected property (body.foo)"),
            ),
            (
                BodyErrorKind::MissingField { field: "to" },
                "",
                400,
                failed("expected required property to to be present (body)"),
            ),
            (
                BodyErrorKind::WrongType {
                    expected: "string".to_owned(),
                },
                "mentions[0]",
                400,
                failed("expected string (body.mentions[0])"),
            ),
            (
                BodyErrorKind::NotOneOf {
                    expected: &["text", "poll"],
                },
                "type",
                400,
                failed(r#"expected value to be one of "text, poll" (body.type)"#),
            ),
        ] {
            assert_eq!(
                answer(BodyError {
                    kind,
                    path: path.to_owned()
                })
                .await,
                (status, body, None)
            );
        }
    }
}

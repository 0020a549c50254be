//! `{"statusCode":…,"message":…,"error":…}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::{Problem, Rejection};

use super::dialect::OpenWa;

#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: Envelope,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Error")]
pub(crate) struct Envelope {
    status_code: u16,
    message: Message,
    /// The reason phrase of the status; a few refusals of the dialect go without.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    /// What a vote may name.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_options: Option<Vec<String>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "ErrorMessage")]
enum Message {
    One(String),
    /// Validation always answers with a list.
    List(Vec<String>),
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self::with(status, Message::One(message.into()))
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn validation(messages: Vec<String>) -> Self {
        Self::with(StatusCode::BAD_REQUEST, Message::List(messages))
    }

    fn with(status: StatusCode, message: Message) -> Self {
        let body = Envelope {
            status_code: status.as_u16(),
            message,
            error: status.canonical_reason(),
            code: None,
            retry_after_seconds: None,
            valid_options: None,
        };
        Self { status, body }
    }

    /// The message alone, for what has no envelope.
    pub(crate) fn into_text(self) -> String {
        match self.body.message {
            Message::One(text) => text,
            Message::List(texts) => texts.join(", "),
        }
    }

    pub(crate) fn without_reason(mut self) -> Self {
        self.body.error = None;
        self
    }

    pub(crate) fn with_code(mut self, code: &'static str) -> Self {
        self.body.code = Some(code);
        self
    }

    pub(super) fn with_options(mut self, options: Vec<String>) -> Self {
        self.body.valid_options = Some(options);
        self
    }

    pub(super) fn with_retry_after(mut self, seconds: u64) -> Self {
        self.body.retry_after_seconds = Some(seconds);
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let retry_after = self.body.retry_after_seconds;
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A refusal on its way out of a handler: one that any route may have, or a route's own.
#[derive(Debug)]
pub(crate) enum Failure {
    Shared(Rejection<OpenWa>),
    Own(Refusal),
}

impl From<Rejection<OpenWa>> for Failure {
    fn from(rejection: Rejection<OpenWa>) -> Self {
        Self::Shared(rejection)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Shared(problem.into())
    }
}

impl From<wagon_services::Error> for Failure {
    fn from(error: wagon_services::Error) -> Self {
        Self::Shared(error.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Own(refusal)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Shared(rejection) => rejection.into_response(),
            Self::Own(refusal) => refusal.into_response(),
        }
    }
}

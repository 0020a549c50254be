//! Refusals, and how a dialect words them.

use std::error::Error as StdError;
use std::fmt::Write;
use std::marker::PhantomData;

use axum::response::{IntoResponse, Response};
use http::header::ALLOW;
use http::{HeaderValue, Method};

use crate::body::BodyError;
use crate::page::InvalidCursor;
use crate::query::QueryError;

/// One HTTP API: its name in metrics and its words for refusals.
pub trait Dialect: Sized + Send + Sync + 'static {
    const NAME: &'static str;

    fn render(problem: Problem) -> Response;
}

/// Why a request is not answered with a success.
#[derive(Debug)]
pub enum Problem {
    Unauthenticated(Unauthenticated),
    /// The credential is good, but no key may do this.
    Forbidden {
        reason: &'static str,
    },
    Body(BodyError),
    Query(QueryError),
    Cursor(InvalidCursor),
    /// A path value that is not UTF-8 once it is percent-decoded.
    Path,
    RouteNotFound {
        method: Method,
        path: String,
    },
    MethodNotAllowed {
        /// For `Allow`, where axum does not know it.
        allow: Option<String>,
    },
    /// A plain request where only a WebSocket handshake makes sense.
    NotWebSocket,
    /// Part of the dialect, but not offered by this version; the text names it.
    NotSupported(String),
    Panicked,
    Service(wagon_services::Error),
}

/// What is wrong with the credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unauthenticated {
    Missing,
    /// Malformed, unknown, revoked or expired: the caller is not told which.
    Invalid,
    /// A person who has not chosen an organisation to act in.
    NoOrganization,
    MissingTicket,
    InvalidTicket,
}

impl Problem {
    fn cause(&self) -> Option<Cause> {
        match self {
            Self::Service(error) if error.is_internal() => Some(Cause::of(error)),
            _ => None,
        }
    }
}

/// A [`Problem`] on its way out as a response of dialect `D`.
#[derive(Debug)]
pub struct Rejection<D> {
    problem: Problem,
    dialect: PhantomData<fn() -> D>,
}

impl<D> Rejection<D> {
    pub fn new(problem: Problem) -> Self {
        Self {
            problem,
            dialect: PhantomData,
        }
    }

    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl<D> From<Problem> for Rejection<D> {
    fn from(problem: Problem) -> Self {
        Self::new(problem)
    }
}

impl<D> From<wagon_services::Error> for Rejection<D> {
    fn from(error: wagon_services::Error) -> Self {
        Self::new(Problem::Service(error))
    }
}

impl<D> From<BodyError> for Rejection<D> {
    fn from(error: BodyError) -> Self {
        Self::new(Problem::Body(error))
    }
}

impl<D> From<QueryError> for Rejection<D> {
    fn from(error: QueryError) -> Self {
        Self::new(Problem::Query(error))
    }
}

impl<D> From<InvalidCursor> for Rejection<D> {
    fn from(error: InvalidCursor) -> Self {
        Self::new(Problem::Cursor(error))
    }
}

impl<D: Dialect> IntoResponse for Rejection<D> {
    fn into_response(self) -> Response {
        let cause = self.problem.cause();
        let allow = match &self.problem {
            Problem::MethodNotAllowed { allow } => allow
                .as_deref()
                .and_then(|allow| HeaderValue::from_str(allow).ok()),
            _ => None,
        };
        let mut response = D::render(self.problem);
        if let Some(allow) = allow {
            response.headers_mut().insert(ALLOW, allow);
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

/// The error behind an internal failure with everything that led to it. It travels beside the
/// response, so that the request's one log line tells it and its client does not learn it.
#[derive(Debug, Clone)]
pub(crate) struct Cause(String);

impl Cause {
    fn of(error: &dyn StdError) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let _ = write!(text, ": {error}");
            source = error.source();
        }
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A dialect that answers with the problem's debug text.
    #[derive(Debug)]
    pub(crate) struct Plain;

    impl Dialect for Plain {
        const NAME: &'static str = "plain";

        fn render(problem: Problem) -> Response {
            let status = match &problem {
                Problem::Unauthenticated(_) => http::StatusCode::UNAUTHORIZED,
                Problem::RouteNotFound { .. } => http::StatusCode::NOT_FOUND,
                Problem::MethodNotAllowed { .. } => http::StatusCode::METHOD_NOT_ALLOWED,
                Problem::Panicked | Problem::Service(_) => http::StatusCode::INTERNAL_SERVER_ERROR,
                _ => http::StatusCode::BAD_REQUEST,
            };
            (status, format!("{problem:?}")).into_response()
        }
    }

    #[test]
    fn internal_failures_carry_their_cause_beside_the_response() {
        let error = wagon_services::Error::Internal("disk full".into());
        let response = Rejection::<Plain>::from(error).into_response();
        assert!(
            response
                .extensions()
                .get::<Cause>()
                .unwrap()
                .as_str()
                .contains("disk full")
        );

        let response = Rejection::<Plain>::from(wagon_services::Error::Unavailable).into_response();
        assert!(response.extensions().get::<Cause>().is_none());
    }
}

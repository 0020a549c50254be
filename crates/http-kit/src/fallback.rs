//! Answers for requests that reach no handler, in the dialect's words.

use std::future::{Ready, ready};

use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use http::Method;

use crate::dialect::{Dialect, Problem, Rejection};

/// The fallback of a dialect's router.
pub fn route_not_found<D: Dialect>(method: Method, OriginalUri(uri): OriginalUri) -> Ready<Response> {
    let problem = Problem::RouteNotFound {
        method,
        path: uri.path().to_owned(),
    };
    ready(Rejection::<D>::new(problem).into_response())
}

/// The answer of a known path to a method it does not have; axum adds `Allow`.
pub(crate) fn method_not_allowed<D: Dialect>() -> Ready<Response> {
    ready(Rejection::<D>::new(Problem::MethodNotAllowed { allow: None }).into_response())
}

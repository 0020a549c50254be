//! Path values besides the session's.

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_http_kit::PathValues;

use crate::error::{Failure, OpenWa};
use crate::state::State;

/// The values of the route's parameters.
#[derive(Debug)]
pub(crate) struct Segments(PathValues);

impl FromRequestParts<State> for Segments {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        Ok(Self(PathValues::of::<OpenWa, _>(parts, state).await?))
    }
}

impl Segments {
    /// Empty for a name that the route does not have.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name)
    }
}

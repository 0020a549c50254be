//! What the path names below the session.

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_http_kit::{PathValues, Rejection};

use crate::error::OpenWa;
use crate::openapi::Input;
use crate::state::State;

/// The values of a route's parameters.
#[derive(Debug)]
pub(crate) struct Path(PathValues);

impl Input for Path {}

impl FromRequestParts<State> for Path {
    type Rejection = Rejection<OpenWa>;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Self::Rejection> {
        PathValues::of::<OpenWa, _>(parts, state).await.map(Self)
    }
}

impl Path {
    /// The value as it was given.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name)
    }
}

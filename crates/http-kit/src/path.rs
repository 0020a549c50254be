//! Path values.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::dialect::{Problem, Rejection};

/// The values of a route's parameters, percent-decoded.
#[derive(Debug)]
pub struct PathValues(RawPathParams);

impl PathValues {
    /// Meant for extractors of typed path values, which is why it is a function of the parts.
    pub async fn of<D, S>(parts: &mut Parts, state: &S) -> Result<Self, Rejection<D>>
    where
        S: Send + Sync,
    {
        let values = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::Path)?;
        Ok(Self(values))
    }

    /// Empty for a name that the route does not have.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value))
            .unwrap_or_default()
    }
}

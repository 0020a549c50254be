//! Path values.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::dialect::{Problem, Rejection};

/// The word behind the last value of a path, as in `/sessions/{session}:start`. Set as an extension of the
/// request by whoever took the two apart: a route cannot hold a literal after a parameter.
#[derive(Debug, Clone, Copy)]
pub struct Action(pub &'static str);

/// The values of a route's parameters, percent-decoded.
#[derive(Debug)]
pub struct PathValues {
    values: RawPathParams,
    action: Option<Action>,
}

impl PathValues {
    /// Meant for extractors of typed path values, which is why it is a function of the parts.
    pub async fn of<D, S>(parts: &mut Parts, state: &S) -> Result<Self, Rejection<D>>
    where
        S: Send + Sync,
    {
        let values = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::Path)?;
        let action = parts.extensions.get().copied();
        Ok(Self { values, action })
    }

    /// Empty for a name that the route does not have.
    pub fn get(&self, name: &str) -> &str {
        let mut values = self.values.iter();
        let value = values
            .find_map(|(key, value)| (key == name).then_some(value))
            .unwrap_or_default();
        match self.action {
            Some(Action(word)) if values.next().is_none() => value
                .strip_suffix(word)
                .and_then(|rest| rest.strip_suffix(':'))
                .unwrap_or(value),
            _ => value,
        }
    }
}

//! Query strings.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::dialect::{Dialect, Rejection};

/// A query parameter that cannot be used. The text says what is expected, never what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct QueryError {
    /// `None`: the query string as a whole.
    pub name: Option<&'static str>,
    pub problem: &'static str,
}

impl QueryError {
    pub fn new(name: &'static str, problem: &'static str) -> Self {
        Self {
            name: Some(name),
            problem,
        }
    }
}

/// A query string, whose unknown parameters are ignored. `T` takes its values as optional texts, so
/// that the operation which knows their meaning also words what is wrong with them.
#[derive(Debug)]
pub struct Query<T, D>(pub T, PhantomData<fn() -> D>);

impl<T, D, S> FromRequestParts<S> for Query<T, D>
where
    T: DeserializeOwned,
    D: Dialect,
    S: Send + Sync,
{
    type Rejection = Rejection<D>;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Rejection<D>> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri).map_err(|_| QueryError {
            name: None,
            problem: "invalid query string",
        })?;
        Ok(Self(query.0, PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::dialect::Problem;
    use crate::dialect::tests::Plain;

    #[derive(Debug, Deserialize)]
    struct Params {
        limit: Option<String>,
    }

    async fn extract(uri: &str) -> Result<Option<String>, Rejection<Plain>> {
        let (mut parts, ()) = http::Request::get(uri).body(()).unwrap().into_parts();
        Query::<Params, Plain>::from_request_parts(&mut parts, &())
            .await
            .map(|query| query.0.limit)
    }

    #[tokio::test]
    async fn values_are_decoded_and_unknown_names_ignored() {
        assert_eq!(
            extract("/x?limit=1%30&other=1").await.unwrap().as_deref(),
            Some("10")
        );
        assert_eq!(extract("/x").await.unwrap(), None);
        let rejection = extract("/x?limit=1&limit=2").await.unwrap_err();
        assert!(matches!(
            rejection.problem(),
            Problem::Query(QueryError { name: None, .. })
        ));
    }
}

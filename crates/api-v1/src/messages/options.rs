//! What every send takes beside its body: when it is answered, and its idempotency key.

use axum::extract::FromRequestParts;
use http::request::Parts;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{Problem, QueryError};
use wagon_services::Mode;

use crate::error::{Rejection, invalid};
use crate::openapi::{Input, Operation, Schemas};

const IDEMPOTENCY_KEY: &str = "idempotency-key";

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Params {
    #[serde(rename = "async")]
    #[schemars(with = "Option<bool>")]
    asynchronous: Option<String>,
}

impl Params {
    /// Values are those of Go's `ParseBool`, and an empty one is an absent one.
    pub(super) fn mode(&self) -> Result<Mode, Problem> {
        match self.asynchronous.as_deref() {
            None | Some("" | "0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(Mode::Sync),
            Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(Mode::Async),
            Some(_) => Err(Problem::Query(QueryError::new("async", "invalid boolean"))),
        }
    }
}

/// The header of that name, if it is there.
pub(crate) struct IdempotencyKey(pub(super) Option<String>);

impl Input for IdempotencyKey {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.header(
            "Idempotency-Key",
            "The same key again is the same send: it answers what became of the first.",
        );
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let value = parts
            .headers
            .get(IDEMPOTENCY_KEY)
            .filter(|value| !value.is_empty());
        let key = value.map(|value| {
            std::str::from_utf8(value.as_bytes())
                .map(str::to_owned)
                .map_err(|_| invalid(IDEMPOTENCY_KEY, "Idempotency-Key must be UTF-8"))
        });
        Ok(Self(key.transpose()?))
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use wagon_services::Error;

    use super::*;

    #[test]
    fn async_is_read_like_gos_booleans() {
        let mode = |text: &str| {
            Params {
                asynchronous: Some(text.to_owned()),
            }
            .mode()
        };
        assert_eq!(Params { asynchronous: None }.mode().unwrap(), Mode::Sync);
        for text in ["", "0", "f", "F", "false", "FALSE", "False"] {
            assert_eq!(mode(text).unwrap(), Mode::Sync, "{text}");
        }
        for text in ["1", "t", "T", "true", "TRUE", "True"] {
            assert_eq!(mode(text).unwrap(), Mode::Async, "{text}");
        }
        for text in ["yes", "tRUE", "2"] {
            assert!(matches!(mode(text), Err(Problem::Query(_))), "{text}");
        }
    }

    #[tokio::test]
    async fn keys_are_text() {
        let key = async |value: &[u8]| {
            let request = Request::builder()
                .header(IDEMPOTENCY_KEY, value)
                .body(())
                .unwrap();
            let (mut parts, ()) = request.into_parts();
            let key = IdempotencyKey::from_request_parts(&mut parts, &()).await;
            key.map(|key| key.0)
        };
        assert_eq!(key(b"k-1").await.unwrap().as_deref(), Some("k-1"));
        assert_eq!(key(b"").await.unwrap(), None);
        assert!(matches!(
            key(b"\xff").await.unwrap_err().problem(),
            Problem::Service(Error::Invalid { message, .. }) if message == "Idempotency-Key must be UTF-8"
        ));
    }
}

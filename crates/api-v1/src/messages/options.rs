//! What every send takes beside its body: when it is answered, and its idempotency key.

use http::HeaderMap;
use serde::Deserialize;
use wagon_http_kit::{Problem, QueryError};
use wagon_services::Mode;

use super::compose::invalid;

const IDEMPOTENCY_KEY: &str = "idempotency-key";

#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    #[serde(rename = "async")]
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

pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let key = std::str::from_utf8(value.as_bytes())
        .map_err(|_| invalid(IDEMPOTENCY_KEY, "Idempotency-Key must be UTF-8"))?;
    Ok(Some(key.to_owned()))
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn keys_are_text() {
        let key = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(IDEMPOTENCY_KEY, value.try_into().unwrap());
            idempotency_key(&headers)
        };
        assert_eq!(key(b"k-1").unwrap().as_deref(), Some("k-1"));
        assert_eq!(key(b"").unwrap(), None);
        assert!(matches!(
            key(b"\xff"),
            Err(Problem::Service(Error::Invalid { message, .. })) if message == "Idempotency-Key must be UTF-8"
        ));
    }
}

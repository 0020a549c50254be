//! The `Idempotency-Key` of a send.

use http::{HeaderMap, StatusCode};

use crate::error::Refusal;

const HEADER: &str = "idempotency-key";
const MAX_LEN: usize = 255;

/// The key, if there is one: visible ASCII, given once.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let fits = (1..=MAX_LEN).contains(&value.len());
    match value.to_str() {
        Ok(key) if values.next().is_none() && fits && key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(Some(key.to_owned()))
        }
        _ => Err(invalid()),
    }
}

fn invalid() -> Refusal {
    let message = "Idempotency-Key must be given once, with 1 to 255 visible ASCII characters";
    Refusal::new(StatusCode::BAD_REQUEST, message).with_code("IDEMPOTENCY_KEY_INVALID")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, Refusal> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, value.parse().unwrap());
        }
        key(&headers)
    }

    #[test]
    fn a_key_is_visible_ascii_given_once() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&["order-1/~!"]).unwrap().as_deref(), Some("order-1/~!"));
        assert!(read(&[&"x".repeat(255)]).is_ok());
        for bad in [&[""][..], &["a b"], &["a", "a"], &[&"x".repeat(256)], &["é"]] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}

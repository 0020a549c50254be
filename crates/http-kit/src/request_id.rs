//! The id that ties a response, its log lines and a client's report together.

use http::{HeaderMap, HeaderName, HeaderValue};
use ulid::Ulid;
use wagon_domain::Timestamp;

pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const MAX_LEN: usize = 128;

/// The client's own id when it is harmless to log and echo, else a new one.
pub(crate) fn of(headers: &HeaderMap, now: Timestamp) -> HeaderValue {
    let given = headers.get(HEADER).filter(|value| {
        (1..=MAX_LEN).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic)
    });
    given.cloned().unwrap_or_else(|| {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        let fresh = Ulid::from_parts(millis, rand::random()).to_string();
        HeaderValue::try_from(fresh).expect("a ULID is letters and digits")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(value: Option<&[u8]>) -> String {
        let mut headers = HeaderMap::new();
        if let Some(value) = value {
            headers.insert(HEADER, HeaderValue::from_bytes(value).unwrap());
        }
        of(&headers, Timestamp::from_millis(1_700_000_000_000))
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn harmless_ids_are_kept() {
        assert_eq!(id_for(Some(b"req-1/~!")), "req-1/~!");
        assert_eq!(id_for(Some(&[b'x'; 128])), "x".repeat(128));
    }

    #[test]
    fn other_ids_are_replaced() {
        for value in [
            None,
            Some(&b""[..]),
            Some(b"a b"),
            Some(b"\xff"),
            Some(&[b'x'; 129]),
        ] {
            assert_eq!(id_for(value).len(), 26, "{value:?}");
        }
    }
}

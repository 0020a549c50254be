//! Media in the body of a request: base64, or a data URI.

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

/// Clients pad or do not.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decoded media with what the URI said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inline {
    pub bytes: Bytes,
    /// The MIME type of a data URI, without parameters.
    pub mimetype: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidData {
    #[error("must be valid base64")]
    Base64,
    #[error("decoded to empty")]
    Empty,
    #[error("exceeds the {limit} byte limit")]
    TooLarge { limit: usize },
}

/// Decodes base64 or a data URI of at most `limit` bytes. Takes the text over: its memory becomes
/// that of the bytes unless line breaks have to go first.
pub fn decode(text: String, limit: usize) -> Result<Inline, InvalidData> {
    let (start, mimetype) = match text.strip_prefix("data:").and_then(|rest| rest.split_once(',')) {
        Some((head, payload)) => {
            let mimetype = head.split(';').next().filter(|mime| !mime.is_empty());
            (text.len() - payload.len(), mimetype.map(str::to_owned))
        }
        None => (0, None),
    };
    let mut encoded = text.into_bytes();
    // A cheap look before the work: text this long is too long, line breaks or not.
    if (encoded.len() - start) / 4 * 3 > limit.saturating_add(limit / 16).saturating_add(3) {
        return Err(InvalidData::TooLarge { limit });
    }
    if encoded[start..].iter().any(u8::is_ascii_whitespace) {
        let mut at = 0;
        encoded.retain(|byte| {
            at += 1;
            at <= start || !byte.is_ascii_whitespace()
        });
    }
    let mut bytes = vec![0; base64::decoded_len_estimate(encoded.len() - start)];
    let len = LENIENT
        .decode_slice(&encoded[start..], &mut bytes)
        .map_err(|_| InvalidData::Base64)?;
    drop(encoded);
    bytes.truncate(len);
    match len {
        0 => Err(InvalidData::Empty),
        len if len > limit => Err(InvalidData::TooLarge { limit }),
        _ => Ok(Inline {
            bytes: bytes.into(),
            mimetype,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Result<(Vec<u8>, Option<String>), InvalidData> {
        decode(text.to_owned(), 16).map(|inline| (inline.bytes.to_vec(), inline.mimetype))
    }

    #[test]
    fn every_form_of_base64_is_read() {
        for text in ["aGVsbG8=", "aGVsbG8", "aGVs\r\nbG8=", " aGVsbG8= "] {
            assert_eq!(decoded(text), Ok((b"hello".to_vec(), None)), "{text}");
        }
    }

    #[test]
    fn a_data_uri_names_its_type() {
        let hello = |mime: Option<&str>| Ok((b"hello".to_vec(), mime.map(str::to_owned)));
        assert_eq!(
            decoded("data:text/plain;base64,aGVsbG8="),
            hello(Some("text/plain"))
        );
        assert_eq!(
            decoded("data:audio/ogg; codecs=opus;base64,aGVs\nbG8="),
            hello(Some("audio/ogg"))
        );
        assert_eq!(decoded("data:,aGVsbG8="), hello(None));
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        assert_eq!(decoded("a-_b"), Err(InvalidData::Base64));
        assert_eq!(decoded(""), Err(InvalidData::Empty));
        assert_eq!(decoded("data:text/plain;base64,"), Err(InvalidData::Empty));
        assert_eq!(decoded(&"A".repeat(24)), Err(InvalidData::TooLarge { limit: 16 }));
        assert_eq!(
            decoded(&"A".repeat(4000)),
            Err(InvalidData::TooLarge { limit: 16 })
        );
        assert!(decoded("AAAAAAAAAAAAAAAAAAAAAA==").is_ok());
    }
}

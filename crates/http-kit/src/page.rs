//! Paging: how many, and from where on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::query::QueryError;

/// How many entries a page has at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    const DEFAULT: u32 = 50;
    const MAX: u32 = 200;

    /// Reads the `limit` parameter: absent or zero is 50, everything else is brought into 1 to 200.
    pub fn parse(text: Option<&str>) -> Result<Self, QueryError> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(Self(Self::DEFAULT));
        };
        let number: i64 = text
            .parse()
            .map_err(|_| QueryError::new("limit", "invalid integer"))?;
        Ok(Self(match number {
            0 => Self::DEFAULT,
            ..0 => 1,
            _ => u32::try_from(number).unwrap_or(Self::MAX).min(Self::MAX),
        }))
    }

    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether a page of `len` entries may have a successor.
    pub fn is_reached_by(self, len: usize) -> bool {
        u32::try_from(len).is_ok_and(|len| len >= self.0)
    }
}

/// A cursor that this server did not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid cursor")]
pub struct InvalidCursor;

/// Wraps a position so that clients do not come to rely on its form.
pub fn cursor_to_text(position: &str) -> String {
    URL_SAFE_NO_PAD.encode(position)
}

/// The position inside a cursor.
pub fn cursor_from_text(text: &str) -> Result<String, InvalidCursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCursor)?;
    String::from_utf8(bytes).map_err(|_| InvalidCursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_brought_into_range() {
        for (text, expected) in [
            (None, 50),
            (Some(""), 50),
            (Some("0"), 50),
            (Some("-3"), 1),
            (Some("1"), 1),
            (Some("200"), 200),
            (Some("201"), 200),
            (Some("99999999999"), 200),
        ] {
            assert_eq!(Limit::parse(text).unwrap().get(), expected, "{text:?}");
        }
        for text in ["abc", "1.5", "1 ", "99999999999999999999"] {
            assert_eq!(
                Limit::parse(Some(text)),
                Err(QueryError::new("limit", "invalid integer"))
            );
        }
    }

    #[test]
    fn a_full_page_may_have_a_successor() {
        let limit = Limit::parse(Some("2")).unwrap();
        assert!(!limit.is_reached_by(1));
        assert!(limit.is_reached_by(2));
    }

    #[test]
    fn cursors_round_trip_and_nothing_else_passes() {
        assert_eq!(
            cursor_from_text(&cursor_to_text("1700000000000:7")).unwrap(),
            "1700000000000:7"
        );
        for text in ["%", "a", "_w", "MTcw=="] {
            assert_eq!(cursor_from_text(text), Err(InvalidCursor), "{text}");
        }
    }
}

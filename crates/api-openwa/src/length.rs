//! Limits that are the dialect's own, in its validator's words.

use std::ops::RangeInclusive;

use crate::error::Refusal;

/// A text has so many characters.
pub(crate) fn within(field: &str, text: &str, limits: RangeInclusive<usize>) -> Result<(), Refusal> {
    let length = text.chars().count();
    let problem = if limits.contains(&length) {
        return Ok(());
    } else if length == 0 {
        format!("{field} should not be empty")
    } else if length < *limits.start() {
        format!(
            "{field} must be longer than or equal to {} characters",
            limits.start()
        )
    } else {
        format!(
            "{field} must be shorter than or equal to {} characters",
            limits.end()
        )
    };
    Err(Refusal::validation(vec![problem]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(within("name", "é", 1..=1).is_ok());
        for text in ["", "ab"] {
            assert!(within("name", text, 1..=1).is_err(), "{text}");
        }
        assert!(within("name", "a", 2..=3).is_err());
    }
}

//! `limit` and `offset` of lists.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Refusal;

/// The parameters of a list that has no others.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Page {
    limit: Option<String>,
    offset: Option<String>,
}

impl Page {
    /// `most` is the largest limit, and the one without any.
    pub(crate) fn window(&self, most: u32) -> Result<Window, Refusal> {
        Window::parse(self.limit.as_deref(), self.offset.as_deref(), most)
    }
}

/// The part of a list that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

impl Window {
    /// Reads the parameters; `most` is the largest limit, and the one without any.
    pub(crate) fn parse(limit: Option<&str>, offset: Option<&str>, most: u32) -> Result<Self, Refusal> {
        Self::with_default(limit, offset, most, most)
    }

    pub(crate) fn with_default(
        limit: Option<&str>,
        offset: Option<&str>,
        default: u32,
        most: u32,
    ) -> Result<Self, Refusal> {
        let mut errors = Vec::new();
        let limit = number("limit", limit, default, 1..=most, &mut errors);
        let offset = number("offset", offset, 0, 0..=u32::MAX, &mut errors);
        if errors.is_empty() {
            Ok(Self { limit, offset })
        } else {
            Err(Refusal::validation(errors))
        }
    }

    pub(crate) fn cut<T>(self, items: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        items.into_iter().skip(size(self.offset)).take(size(self.limit))
    }
}

fn number(
    name: &str,
    text: Option<&str>,
    default: u32,
    range: std::ops::RangeInclusive<u32>,
    errors: &mut Vec<String>,
) -> u32 {
    let Some(text) = text else { return default };
    match text.parse::<u32>() {
        Ok(number) if range.contains(&number) => number,
        Ok(number) if number < *range.start() => {
            errors.push(format!("{name} must not be less than {}", range.start()));
            default
        }
        Ok(_) => {
            errors.push(format!("{name} must not be greater than {}", range.end()));
            default
        }
        Err(_) => {
            errors.push(format!("{name} must be an integer number"));
            default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_within_its_bounds() {
        let window = Window::parse(Some("2"), Some("1"), 1000).unwrap();
        assert_eq!(window.cut([1, 2, 3, 4]).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(
            Window::parse(None, None, 50).unwrap(),
            Window { limit: 50, offset: 0 }
        );
        for (limit, offset) in [("0", "0"), ("1001", "0"), ("x", "0"), ("1", "-1")] {
            assert!(Window::parse(Some(limit), Some(offset), 1000).is_err());
        }
    }
}

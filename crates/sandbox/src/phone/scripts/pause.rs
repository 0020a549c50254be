use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};

/// A length of time as scripts write it: `250ms`, `2s`, `1m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pause(pub(crate) Duration);

/// Units and how many milliseconds they have, longest suffix first.
const UNITS: [(&str, u64); 3] = [("ms", 1), ("s", 1000), ("m", 60_000)];

impl Pause {
    fn parse(text: &str) -> Option<Self> {
        let (number, scale) = UNITS
            .iter()
            .find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, scale)))?;
        let amount: u64 = number.trim().parse().ok()?;
        Some(Self(Duration::from_millis(amount.checked_mul(*scale)?)))
    }
}

impl<'de> Deserialize<'de> for Pause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("`{text}` is no length of time such as 250ms, 2s or 1m")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_apart() {
        let millis = |text| Pause::parse(text).map(|pause| pause.0.as_millis());
        assert_eq!(millis("250ms"), Some(250));
        assert_eq!(millis("2s"), Some(2000));
        assert_eq!(millis("1m"), Some(60_000));
        assert_eq!(millis("2"), None);
        assert_eq!(millis("fast"), None);
    }
}

//! When to come back.

use std::time::Duration;

/// A delay for `Retry-After`: rounded up, and never the zero that asks for an immediate retry.
pub fn retry_after_seconds(delay: Duration) -> u64 {
    let more = u64::from(delay.subsec_nanos() > 0);
    (delay.as_secs() + more).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_rounded_up() {
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (36_001, 37)] {
            assert_eq!(retry_after_seconds(Duration::from_millis(millis)), seconds);
        }
    }
}

//! How often keys are used.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use wagon_domain::{KeyId, Timestamp};

/// What a key may use up at once: a sixth of a minute's worth, and at least one request.
const BURST: Duration = Duration::from_secs(10);

/// Spreads the requests of limited keys evenly, with some slack. An entry is the time at which a key that
/// asks no more has all its slack again, so it is bounded by the number of keys.
#[derive(Default)]
pub(super) struct Pace(Mutex<HashMap<KeyId, Timestamp>>);

impl Pace {
    /// Counts a request; says how long to wait if it is one too many.
    pub(super) fn take(&self, key: &KeyId, per_minute: u32, now: Timestamp) -> Result<(), Duration> {
        let interval = Duration::from_mins(1) / per_minute.max(1);
        let slack = BURST.max(interval);
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = free.get(key).copied().unwrap_or(now).max(now);
        let next = at + interval;
        let ahead = next.since(now);
        if let Some(wait) = ahead.checked_sub(slack).filter(|wait| !wait.is_zero()) {
            return Err(wait);
        }
        free.insert(key.clone(), next);
        Ok(())
    }

    pub(super) fn forget(&self, key: &KeyId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(1_700_000_000 + seconds)
    }

    #[test]
    fn a_burst_is_taken_and_then_the_rate_holds() {
        let (pace, key) = (Pace::default(), "key_1".parse().unwrap());
        for _ in 0..10 {
            pace.take(&key, 60, at(0)).unwrap();
        }
        assert_eq!(pace.take(&key, 60, at(0)), Err(Duration::from_secs(1)));
        pace.take(&key, 60, at(1)).unwrap();
        assert!(pace.take(&key, 60, at(1)).is_err());
        pace.take(&"key_2".parse().unwrap(), 60, at(1)).unwrap();
    }

    #[test]
    fn one_request_a_minute_is_one() {
        let (pace, key) = (Pace::default(), "key_1".parse().unwrap());
        pace.take(&key, 1, at(0)).unwrap();
        assert_eq!(pace.take(&key, 1, at(10)), Err(Duration::from_secs(50)));
        pace.take(&key, 1, at(60)).unwrap();
    }
}

//! Counting what happens per window of time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use wagon_domain::Timestamp;

/// How many keys are remembered. Beyond that new ones are not counted until windows have ended: a limit that
/// misses some is better than one that fills the memory or shuts everybody out.
const MOST: usize = 100_000;

/// Windows of a fixed length, each beginning with the first thing that is counted in it.
pub(crate) struct Windows<K> {
    length: Duration,
    limit: u32,
    counts: Mutex<Counts<K>>,
}

struct Counts<K> {
    windows: HashMap<K, Window>,
    /// When windows that have ended are looked for again.
    sweep_at: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: Timestamp,
    count: u32,
}

/// How full a window is after one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Until the next window.
    pub(crate) reset: Duration,
    /// More than the limit allows.
    pub(crate) over: bool,
}

impl<K: Eq + Hash> Windows<K> {
    pub(crate) fn new(limit: u32, length: Duration) -> Self {
        let counts = Counts {
            windows: HashMap::new(),
            sweep_at: Timestamp::default(),
        };
        Self {
            length,
            limit,
            counts: Mutex::new(counts),
        }
    }

    pub(crate) fn count(&self, key: K, now: Timestamp) -> Counted {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window {
            ends: now + self.length,
            count: 0,
        };
        if counts.windows.len() >= MOST && counts.sweep_at <= now {
            counts.windows.retain(|_, window| window.ends > now);
            counts.sweep_at = now + self.length.min(Duration::from_secs(1));
        }
        let full = counts.windows.len() >= MOST;
        let count = |window: &mut Window| {
            if window.ends <= now {
                *window = fresh;
            }
            window.count = window.count.saturating_add(1);
            *window
        };
        let window = match counts.windows.get_mut(&key) {
            Some(window) => count(window),
            None if full => Window { count: 1, ..fresh },
            None => count(counts.windows.entry(key).or_insert(fresh)),
        };
        Counted {
            limit: self.limit,
            remaining: self.limit.saturating_sub(window.count),
            reset: window.ends.since(now),
            over: window.count > self.limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + millis)
    }

    #[test]
    fn a_window_counts_to_its_limit_and_begins_anew() {
        let windows = Windows::new(2, Duration::from_secs(1));
        assert_eq!(
            windows.count("a", at(0)),
            Counted {
                limit: 2,
                remaining: 1,
                reset: Duration::from_secs(1),
                over: false
            }
        );
        assert!(!windows.count("a", at(400)).over);
        let third = windows.count("a", at(999));
        assert!(third.over && third.remaining == 0, "{third:?}");
        assert_eq!(third.reset, Duration::from_millis(1));
        assert!(!windows.count("b", at(999)).over, "each key has its own");
        let next = windows.count("a", at(1000));
        assert!(!next.over && next.remaining == 1, "{next:?}");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let windows = Windows::new(1, Duration::from_secs(1));
        for key in 0..=MOST {
            windows.count(key, at(0));
        }
        assert!(!windows.count(MOST, at(1)).over, "one too many is not counted");
        assert!(windows.count(0, at(1)).over, "who is known still is");
        windows.count(MOST, at(1500));
        assert!(windows.count(MOST, at(1501)).over, "ended windows made room");
    }
}

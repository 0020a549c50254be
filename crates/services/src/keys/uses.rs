//! How often keys were used, until it is noted in the store.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use wagon_domain::{KeyId, Timestamp};
use wagon_store::Uses;

/// Uses that the store does not know of yet. An entry is one key, so it is bounded by their number; a
/// crash forgets a few seconds of them.
#[derive(Default)]
pub(super) struct Unwritten(Mutex<HashMap<KeyId, Uses>>);

impl Unwritten {
    pub(super) fn note(&self, key: &KeyId, now: Timestamp) {
        let mut keys = self.lock();
        let uses = keys.entry(key.clone()).or_default();
        uses.count += 1;
        uses.last = Some(now);
    }

    /// Hands them over to whoever writes them down.
    pub(super) fn take(&self, key: &KeyId) -> Option<Uses> {
        self.lock().remove(key)
    }

    /// What the store knows, and these.
    pub(super) fn on_top_of(&self, key: &KeyId, stored: Uses) -> Uses {
        match self.lock().get(key) {
            None => stored,
            Some(uses) => Uses {
                count: stored.count + uses.count,
                last: uses.last.or(stored.last),
            },
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<KeyId, Uses>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_add_up_until_they_are_taken() {
        let (unwritten, key) = (Unwritten::default(), "key_1".parse().unwrap());
        let stored = Uses {
            count: 5,
            last: Some(Timestamp::from_secs(1)),
        };
        assert_eq!(unwritten.on_top_of(&key, stored), stored);
        unwritten.note(&key, Timestamp::from_secs(2));
        unwritten.note(&key, Timestamp::from_secs(3));
        let both = Uses {
            count: 7,
            last: Some(Timestamp::from_secs(3)),
        };
        assert_eq!(unwritten.on_top_of(&key, stored), both);
        assert_eq!(unwritten.take(&key).map(|uses| uses.count), Some(2));
        assert_eq!(unwritten.take(&key), None);
    }
}

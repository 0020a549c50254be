//! Time as the protocol writes it: seconds since the epoch.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// The machine's own time, for what outlives a change of the network's: certificates, signed device lists (an older one
/// is refused by clients), transcripts. Everything else that a client can see or that expires goes by [`Clock`].
#[expect(
    clippy::disallowed_methods,
    reason = "the network lives in real time, as its clients do"
)]
pub(crate) fn machine() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}

/// The time of one network, which can be set apart from the machine's to see how clients cope.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset: AtomicI64,
}

impl Clock {
    pub(crate) fn now(&self) -> u64 {
        machine().saturating_add_signed(self.offset())
    }

    /// Seconds that the network is ahead of the machine.
    pub(crate) fn offset(&self) -> i64 {
        self.offset.load(Ordering::Relaxed)
    }

    pub(crate) fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_can_be_ahead_and_behind() {
        let clock = Clock::default();
        clock.set_offset(3600);
        assert!(clock.now() >= machine() + 3599);
        clock.set_offset(i64::MIN);
        assert_eq!(clock.now(), 0);
    }
}

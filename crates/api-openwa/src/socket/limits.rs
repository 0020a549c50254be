//! How much a client may ask of sockets.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wagon_domain::{Actor, Timestamp};

use crate::source::source;
use crate::windows::Windows;

const HANDSHAKES: u32 = 10;
const HANDSHAKE_WINDOW: Duration = Duration::from_mins(1);

/// Between two frames of a client in the long run, and how many may come at once.
const FRAME_INTERVAL: Duration = Duration::from_millis(1000 / 60);
pub(super) const FRAME_BURST: u32 = 120;

/// The limits that sockets share.
pub(super) struct Limits {
    handshakes: Windows<IpAddr>,
    sockets: Arc<Mutex<HashMap<Actor, usize>>>,
    sockets_per_key: usize,
}

impl Limits {
    pub(super) fn new(sockets_per_key: usize) -> Self {
        Self {
            handshakes: Windows::new(HANDSHAKES, HANDSHAKE_WINDOW),
            sockets: Arc::default(),
            sockets_per_key,
        }
    }

    /// Whether one more socket may be opened from there.
    pub(super) fn admits(&self, address: Option<IpAddr>, now: Timestamp) -> bool {
        address.is_none() || !self.handshakes.count(source(address), now).over
    }

    /// A place among the caller's sockets, until it is dropped; none when they have enough.
    pub(super) fn seat(&self, of: &Actor) -> Option<Seat> {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let count = sockets.entry(of.clone()).or_default();
        if *count >= self.sockets_per_key {
            return None;
        }
        *count += 1;
        Some(Seat {
            of: of.clone(),
            sockets: Arc::clone(&self.sockets),
        })
    }
}

/// One of a caller's sockets.
pub(super) struct Seat {
    of: Actor,
    sockets: Arc<Mutex<HashMap<Actor, usize>>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = sockets.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                sockets.remove(&self.of);
            }
        }
    }
}

/// How often one client speaks.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When a client that says no more may say as much as ever.
    free_at: Timestamp,
}

impl Pace {
    /// Whether one more frame is not too much.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        let next = self.free_at.max(now) + FRAME_INTERVAL;
        let admitted = next.since(now) <= FRAME_INTERVAL * FRAME_BURST;
        if admitted {
            self.free_at = next;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + millis)
    }

    #[test]
    fn frames_come_in_bursts_and_then_at_their_rate() {
        let mut pace = Pace::default();
        for _ in 0..FRAME_BURST {
            assert!(pace.take(at(0)));
        }
        assert!(!pace.take(at(0)));
        assert!(pace.take(at(16)));
        assert!(!pace.take(at(16)));
    }

    #[test]
    fn a_network_has_its_handshakes_together() {
        let limits = Limits::new(1);
        let from = |host: u32| Some(format!("2001:db8::{host}").parse().unwrap());
        for host in 0..HANDSHAKES {
            assert!(limits.admits(from(host), at(0)));
        }
        assert!(!limits.admits(from(99), at(1)));
        assert!(limits.admits("2001:db8:0:1::1".parse().ok(), at(1)));
    }

    #[test]
    fn a_seat_is_given_back() {
        let limits = Limits::new(1);
        let (one, two) = (Actor::Operator, Actor::Anonymous);
        let seat = limits.seat(&one);
        assert!(seat.is_some() && limits.seat(&one).is_none() && limits.seat(&two).is_some());
        drop(seat);
        assert!(limits.seat(&one).is_some());
    }
}

//! Connections that follow a broken one: counted, spaced as the session's owner prefers, and at some time
//! given up. The library connects again by itself; every socket that it asks for passes here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::bail;
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use wacore::net::{Transport, TransportEvent, TransportFactory};
use wagon_domain::session::Preferences;

use crate::events::Reports;

/// A connection that lasted so long was a good one: counting starts again.
const STABLE: Duration = Duration::from_mins(5);
/// The longest rest between two attempts.
const LONGEST: Duration = Duration::from_mins(15);
/// After so many attempts, and so many more, it is told that they fail.
const ALERT_EVERY: u32 = 5;
/// The library allows a socket 20 seconds. A longer rest is left to its own, which grow as well.
const PATIENCE: Duration = Duration::from_secs(10);

/// The attempts of a session to be connected again.
#[derive(Debug)]
pub(crate) struct Reconnects {
    most: Option<u32>,
    /// The first rest. Without one, rests are as the library makes them.
    base: Option<Duration>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The next socket is one more attempt.
    broken: bool,
    attempts: u32,
    up_since: Option<Instant>,
    last: Option<Instant>,
}

/// What to do for a socket that is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Open it, as this attempt to be connected again, if it is one.
    Open(Option<u32>),
    Rest(Duration),
    GiveUp(u32),
}

impl Reconnects {
    pub(crate) fn new(preferences: &Preferences) -> Self {
        Self {
            most: preferences.max_reconnect_attempts,
            base: preferences
                .reconnect_base_delay
                .map(|millis| Duration::from_millis(millis.into())),
            state: Mutex::default(),
        }
    }

    /// The connection is up.
    pub(crate) fn up(&self) {
        let mut state = self.lock();
        state.broken = false;
        state.up_since = Some(Instant::now());
    }

    /// The connection broke.
    pub(crate) fn lost(&self) {
        let mut state = self.lock();
        state.broken = true;
        state.last = Some(Instant::now());
        let lasted = state.up_since.take().map(|since| since.elapsed());
        if lasted.is_some_and(|lasted| lasted >= STABLE) {
            state.attempts = 0;
        }
    }

    /// The connection ends because another has to follow.
    pub(crate) fn expect_another(&self) {
        self.lock().broken = false;
    }

    fn next(&self, now: Instant) -> Step {
        let mut state = self.lock();
        if !state.broken {
            // If this one does not come up, the next is another attempt.
            state.broken = true;
            state.last = Some(now);
            return Step::Open(None);
        }
        if self.most.is_some_and(|most| state.attempts >= most) {
            return Step::GiveUp(state.attempts);
        }
        let rested = state
            .last
            .map_or(LONGEST, |last| now.saturating_duration_since(last));
        if let Some(base) = self.base
            && let Some(left) = rest(base, state.attempts).checked_sub(rested)
            && !left.is_zero()
        {
            return Step::Rest(left);
        }
        state.attempts += 1;
        state.last = Some(now);
        Step::Open(Some(state.attempts))
    }

    /// How long after this attempt the next one comes.
    fn rest_after(&self, attempts: u32) -> Duration {
        rest(self.base.unwrap_or(Duration::from_secs(1)), attempts)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rests grow as the library's own do.
fn rest(base: Duration, attempts: u32) -> Duration {
    let (mut rest, mut next) = (base, base);
    for _ in 0..attempts {
        (rest, next) = (next, (rest + next).min(LONGEST));
    }
    rest.min(LONGEST)
}

/// Opens sockets when it is time for one.
#[derive(Clone)]
pub(crate) struct Spaced<T> {
    pub(crate) sockets: T,
    pub(crate) reconnects: Arc<Reconnects>,
    pub(crate) reports: Reports,
    /// The session is to end.
    pub(crate) stop: CancellationToken,
}

impl<T> Spaced<T> {
    async fn wait_for_turn(&self) -> anyhow::Result<()> {
        loop {
            match self.reconnects.next(Instant::now()) {
                Step::Open(attempt) => {
                    if let Some(attempt) = attempt.filter(|attempt| attempt % ALERT_EVERY == 0) {
                        self.reports
                            .reconnecting(attempt, self.reconnects.rest_after(attempt));
                    }
                    return Ok(());
                }
                Step::Rest(rest) if rest <= PATIENCE => {
                    let rested = self.stop.run_until_cancelled(tokio::time::sleep(rest)).await;
                    if rested.is_none() {
                        bail!("the session is to end");
                    }
                }
                Step::Rest(_) => bail!("it is too early to connect again"),
                Step::GiveUp(attempts) => {
                    self.reports.gave_up(attempts);
                    bail!("no more attempts to connect again");
                }
            }
        }
    }
}

#[async_trait]
impl<T: TransportFactory> TransportFactory for Spaced<T> {
    async fn create_transport(
        &self,
    ) -> anyhow::Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
        self.wait_for_turn().await?;
        self.sockets.create_transport().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reconnects(most: Option<u32>, base: Option<u32>) -> Reconnects {
        Reconnects::new(&Preferences {
            max_reconnect_attempts: most,
            reconnect_base_delay: base,
            ..Preferences::default()
        })
    }

    #[test]
    fn attempts_are_counted_until_they_are_too_many() {
        let reconnects = reconnects(Some(2), None);
        let now = Instant::now();
        assert_eq!(reconnects.next(now), Step::Open(None));
        reconnects.up();
        reconnects.lost();
        assert_eq!(reconnects.next(now), Step::Open(Some(1)));
        // Up, but not for long.
        reconnects.up();
        reconnects.lost();
        assert_eq!(reconnects.next(now), Step::Open(Some(2)));
        assert_eq!(reconnects.next(now), Step::GiveUp(2));
    }

    #[test]
    fn a_connection_that_another_has_to_follow_is_not_broken() {
        let reconnects = reconnects(Some(0), None);
        let now = Instant::now();
        assert_eq!(reconnects.next(now), Step::Open(None));
        reconnects.expect_another();
        assert_eq!(reconnects.next(now), Step::Open(None));
        assert_eq!(reconnects.next(now), Step::GiveUp(0));
    }

    #[test]
    fn rests_are_kept_and_grow() {
        let reconnects = reconnects(None, Some(4_000));
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(reconnects.next(start), Step::Open(None));
        assert_eq!(reconnects.next(after(1)), Step::Rest(Duration::from_secs(3)));
        assert_eq!(reconnects.next(after(4)), Step::Open(Some(1)));
        assert_eq!(reconnects.next(after(8)), Step::Open(Some(2)));
        assert_eq!(reconnects.next(after(12)), Step::Rest(Duration::from_secs(4)));
        let rests = [0, 1, 2, 3, 4, 30].map(|attempts| reconnects.rest_after(attempts).as_secs());
        assert_eq!(rests, [4, 4, 8, 12, 20, 900]);
    }
}

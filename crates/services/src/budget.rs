//! Send budgets per session: sliding windows over the sends that were accepted.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wagon_domain::session::SessionSettings;
use wagon_domain::{Clock, SessionId, Timestamp};
use wagon_store::Store;

use crate::error::Error;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// Counts sends. The outbox is the memory: after a restart the windows are as full as before.
#[derive(Clone)]
pub(crate) struct Budgets {
    store: Store,
    clock: Arc<dyn Clock>,
    windows: Arc<Mutex<HashMap<SessionId, Window>>>,
}

/// What a budget has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// For so many sends now, at least one.
    Granted(usize),
    /// For the next one after so long.
    After(Duration),
}

/// The times of the last hour's sends, oldest first.
type Window = VecDeque<Timestamp>;

impl Budgets {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            windows: Arc::default(),
        }
    }

    /// Takes up to `count` sends out of both budgets, as many as there is room for.
    pub(crate) async fn take(
        &self,
        session: &SessionId,
        settings: &SessionSettings,
        count: usize,
    ) -> Result<Room, Error> {
        if settings.rate_per_min <= 0 && settings.rate_per_hour <= 0 {
            // The window would not hold what goes out from now on.
            self.lock().remove(session);
            return Ok(Room::Granted(count));
        }
        if !self.lock().contains_key(session) {
            let recent = self.store.send_times(session, self.clock.now() - HOUR).await?;
            self.lock()
                .entry(session.clone())
                .or_insert_with(|| recent.into());
        }
        let now = self.clock.now();
        let mut windows = self.lock();
        let window = windows.entry(session.clone()).or_default();
        for taken in 0..count {
            match wait(window, settings, now) {
                Some(wait) if taken == 0 => return Ok(Room::After(wait)),
                Some(_) => return Ok(Room::Granted(taken)),
                None => window.push_back(now),
            }
        }
        Ok(Room::Granted(count))
    }

    /// Takes one send out of both budgets, or nothing and tells when to come back.
    pub(crate) async fn take_one(
        &self,
        session: &SessionId,
        settings: &SessionSettings,
    ) -> Result<(), Error> {
        match self.take(session, settings, 1).await? {
            Room::Granted(_) => Ok(()),
            Room::After(retry_after) => Err(Error::RateLimited { retry_after }),
        }
    }

    /// Gives sends back, because they did not go out after all.
    pub(crate) fn give_back(&self, session: &SessionId, settings: &SessionSettings, count: usize) {
        let limited = settings.rate_per_min > 0 || settings.rate_per_hour > 0;
        if limited && let Some(window) = self.lock().get_mut(session) {
            let left = window.len().saturating_sub(count);
            window.truncate(left);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long until there is room for one more, none when there is room now.
fn wait(window: &mut Window, settings: &SessionSettings, now: Timestamp) -> Option<Duration> {
    while window.front().is_some_and(|oldest| now.since(*oldest) >= HOUR) {
        window.pop_front();
    }
    [(settings.rate_per_min, MINUTE), (settings.rate_per_hour, HOUR)]
        .into_iter()
        .filter_map(|(limit, length)| {
            let limit = usize::try_from(limit).ok().filter(|limit| *limit > 0)?;
            // The send that has to leave the window before another may enter.
            let blocking = window.iter().rev().nth(limit - 1)?;
            length
                .checked_sub(now.since(*blocking))
                .filter(|wait| !wait.is_zero())
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(rate_per_min: i32, rate_per_hour: i32) -> SessionSettings {
        SessionSettings {
            auto_read: false,
            presence_typing: false,
            rate_per_min,
            rate_per_hour,
        }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(1_700_000_000 + secs)
    }

    #[test]
    fn the_edge_of_a_window_gives_no_double_burst() {
        let mut window: Window = (50..60).map(at).collect();
        assert_eq!(
            wait(&mut window, &settings(10, 0), at(61)),
            Some(Duration::from_secs(49))
        );
        assert_eq!(wait(&mut window, &settings(10, 0), at(110)), None);
    }

    #[test]
    fn the_longer_wait_counts() {
        let mut window: Window = [at(0), at(30)].into();
        assert_eq!(
            wait(&mut window, &settings(1, 2), at(40)),
            Some(Duration::from_secs(3560))
        );
    }

    #[test]
    fn zero_is_unlimited_and_old_sends_leave() {
        let mut window: Window = (0..100).map(at).collect();
        assert_eq!(wait(&mut window, &settings(0, 0), at(100)), None);
        assert_eq!(wait(&mut window, &settings(0, 5), at(3700)), None);
        assert!(window.is_empty());
    }
}

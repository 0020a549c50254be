//! Taking up what is queued.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use wagon_crash_point::Step;
use wagon_domain::SessionId;
use wagon_domain::outbox::OutboxEntry;

use super::Inner;
use super::lanes::{Job, Knowledge};
use crate::budget::Room;
use crate::error::Error;

/// Sends of one session from its queue that may be under way at a time.
const UNDER_WAY: usize = 64;
/// Sends that are taken up in one transaction.
const BATCH: usize = 32;
/// How long a queue rests after its database failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The queue of a session while it is being drained.
pub(super) struct Line {
    wake: Arc<Notify>,
    /// Somebody called since the drain last looked.
    called: bool,
    /// What is queued is being taken up, as opposed to waiting for budget.
    claiming: bool,
    /// Sends that were accepted meanwhile and go after it.
    behind: Vec<Job>,
}

impl Line {
    pub(super) fn is_claiming(&self) -> bool {
        self.claiming
    }

    pub(super) fn wait_behind(&mut self, job: Job) {
        self.behind.push(job);
    }
}

/// What a look at the queue came to.
enum Look {
    /// There may be more.
    Again,
    /// Nothing goes out for so long, unless something changes.
    Wait(Duration),
    /// The queue is empty, or the session cannot send.
    Over,
}

impl Inner {
    pub(super) fn wake(self: &Arc<Self>, session: &SessionId) {
        let mut traffic = self.traffic();
        if let Some(line) = traffic.lines.get_mut(session) {
            line.called = true;
            line.claiming = true;
            line.wake.notify_one();
            return;
        }
        let wake = Arc::new(Notify::new());
        let line = Line {
            wake: Arc::clone(&wake),
            called: false,
            claiming: true,
            behind: Vec::new(),
        };
        traffic.lines.insert(session.clone(), line);
        self.parts
            .tasks
            .spawn(Arc::clone(self).drain(session.clone(), wake));
    }

    async fn drain(self: Arc<Self>, session: SessionId, wake: Arc<Notify>) {
        let slots = Arc::new(Semaphore::new(UNDER_WAY));
        loop {
            let look = self.look(&session, &slots).await.unwrap_or_else(|error| {
                tracing::error!(session.id = %session, error = &error as &dyn std::error::Error, "the queue was not read");
                Look::Wait(AFTER_FAILURE)
            });
            let wait = match look {
                Look::Again => continue,
                Look::Wait(wait) => Some(wait),
                Look::Over => None,
            };
            if self.rest(&session, wait.is_some()) {
                continue;
            }
            let Some(wait) = wait else { return };
            tokio::select! {
                () = self.parts.stop.cancelled() => {}
                () = wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Lets those go who waited behind the queue; says whether somebody called meanwhile.
    fn rest(self: &Arc<Self>, session: &SessionId, stays: bool) -> bool {
        let mut traffic = self.traffic();
        let Some(line) = traffic.lines.get_mut(session) else {
            return false;
        };
        let called = std::mem::take(&mut line.called);
        line.claiming = called;
        for job in std::mem::take(&mut line.behind) {
            self.enqueue(&mut traffic, job);
        }
        if !called && !stays {
            traffic.lines.remove(session);
        }
        called
    }

    /// Takes up what may go out now.
    async fn look(self: &Arc<Self>, session: &SessionId, slots: &Arc<Semaphore>) -> Result<Look, Error> {
        let parts = &self.parts;
        if parts.stop.is_cancelled() || !parts.live.connected(session) {
            return Ok(Look::Over);
        }
        // Before anything is taken out of the budget: what is not queued must not be missing there.
        let free = take(slots).await;
        let limit = u32::try_from(free.len()).unwrap_or(u32::MAX);
        let queued = parts.store.queued_sends(session, limit).await?;
        if queued == 0 {
            return Ok(Look::Over);
        }
        if let Some((_, left)) = parts.holds.current(session).await? {
            return Ok(Look::Wait(left));
        }
        let Some(row) = parts.live.session(&parts.store, session).await? else {
            return Ok(Look::Over);
        };
        let granted = match parts.budgets.take(session, &row.settings, queued).await? {
            Room::Granted(granted) => granted,
            Room::After(wait) => return Ok(Look::Wait(wait)),
        };
        let claimed = self.claim(session, granted).await;
        let count = claimed.as_ref().map_or(0, Vec::len);
        parts.budgets.give_back(session, &row.settings, granted - count);
        for (entry, slot) in claimed?.into_iter().zip(free) {
            self.drive_with(entry, Knowledge::Queued, Some(slot));
        }
        Ok(Look::Again)
    }

    async fn claim(&self, session: &SessionId, count: usize) -> Result<Vec<OutboxEntry>, Error> {
        let (session, now) = (session.clone(), self.parts.clock.now());
        let limit = u32::try_from(count).unwrap_or(u32::MAX);
        let claimed = self
            .parts
            .store
            .write(move |tx| Box::pin(async move { tx.claim_sends(&session, limit, now).await }))
            .await?;
        if !claimed.is_empty() {
            wagon_crash_point::pass(Step::SendClaimed);
        }
        Ok(claimed)
    }
}

/// Waits for one slot and takes what else is free, up to a batch.
async fn take(slots: &Arc<Semaphore>) -> Vec<OwnedSemaphorePermit> {
    let first = Arc::clone(slots).acquire_owned().await;
    let mut taken: Vec<_> = first.into_iter().collect();
    while taken.len() < BATCH
        && let Ok(slot) = Arc::clone(slots).try_acquire_owned()
    {
        taken.push(slot);
    }
    taken
}

//! One webhook while something is on its way to it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, watch};
use wagon_domain::{SessionId, Webhook};

/// What the lanes of a webhook share.
pub(crate) struct Endpoint {
    /// The webhook as it is now; none when it was deleted. Whoever waits is woken by a new value.
    pub(crate) webhook: watch::Sender<Option<Arc<Webhook>>>,
    /// Requests under way.
    pub(crate) slots: Semaphore,
    /// The lanes that have a task, and whether there was something new since it last looked.
    lanes: Mutex<HashMap<SessionId, bool>>,
}

impl Endpoint {
    pub(crate) fn new(webhook: Webhook, slots: usize) -> Self {
        Self {
            webhook: watch::Sender::new(Some(Arc::new(webhook))),
            slots: Semaphore::new(slots),
            lanes: Mutex::default(),
        }
    }

    /// Something new is in the lane. Says whether it needs a task.
    pub(crate) fn enter(&self, session: &SessionId) -> bool {
        let mut lanes = self.lanes();
        if let Some(woken) = lanes.get_mut(session) {
            *woken = true;
            return false;
        }
        lanes.insert(session.clone(), false);
        true
    }

    /// The lane's task found nothing to do. Says whether it may end; if not, there is something new.
    pub(crate) fn leave(&self, session: &SessionId) -> bool {
        let mut lanes = self.lanes();
        if let Some(woken @ true) = lanes.get_mut(session) {
            *woken = false;
            return false;
        }
        lanes.remove(session);
        true
    }

    /// Whether any lane has a task.
    pub(crate) fn is_busy(&self) -> bool {
        !self.lanes().is_empty()
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<SessionId, bool>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

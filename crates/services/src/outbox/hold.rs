//! WhatsApp's own limits: a session that met one stops sending for a while instead of hammering.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use wagon_domain::outbox::{Hold, SendFailure};
use wagon_domain::{Clock, SessionId};
use wagon_store::Store;

use crate::error::Error;

/// The pauses of all sessions, remembered once they were read.
#[derive(Clone)]
pub(crate) struct Holds {
    store: Store,
    clock: Arc<dyn Clock>,
    known: Arc<Mutex<HashMap<SessionId, Option<Hold>>>>,
}

impl Holds {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            known: Arc::default(),
        }
    }

    /// Why the session may not send now, and for how long.
    pub(crate) async fn current(
        &self,
        session: &SessionId,
    ) -> Result<Option<(SendFailure, Duration)>, Error> {
        let left = |hold: Hold| {
            let left = hold.until.since(self.clock.now());
            (!left.is_zero()).then_some((hold.cause, left))
        };
        Ok(self.last(session).await?.and_then(left))
    }

    /// The pause to begin now, because WhatsApp answered with a limit.
    pub(super) async fn next(&self, session: &SessionId, cause: SendFailure) -> Result<Hold, Error> {
        let last = self.last(session).await?;
        // Answers to sends that were under way together tell of one limit, not of several.
        if let Some(hold) = last
            .as_ref()
            .filter(|hold| hold.until > self.clock.now() && hold.cause == cause)
        {
            return Ok(hold.clone());
        }
        Ok(Hold::after(last.as_ref(), cause, self.clock.now()))
    }

    /// A pause was stored.
    pub(super) fn begin(&self, session: &SessionId, hold: Hold) {
        self.known().insert(session.clone(), Some(hold));
    }

    /// A send went through. After a pause that means that the limit is over; during one it was
    /// under way before. Says whether there was one to forget.
    pub(super) fn end(&self, session: &SessionId) -> bool {
        let mut known = self.known();
        let Some(hold) = known.get_mut(session) else {
            return false;
        };
        let now = self.clock.now();
        hold.take_if(|hold| hold.until <= now).is_some()
    }

    async fn last(&self, session: &SessionId) -> Result<Option<Hold>, Error> {
        if let Some(hold) = self.known().get(session) {
            return Ok(hold.clone());
        }
        let hold = self.store.hold(session).await?;
        Ok(self.known().entry(session.clone()).or_insert(hold).clone())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<SessionId, Option<Hold>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

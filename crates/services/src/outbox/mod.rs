//! Accepted sends on their way to WhatsApp, each exactly once as far as any recipient can tell.
//!
//! A send is a row that moves `queued → sending → sent | failed`. Sends that wait are taken up by
//! the session's [`drain`], which runs only while there is something to take: in the order of
//! acceptance, as the budget and WhatsApp's own limits allow. From there on a send is a job in the
//! lane of its chat ([`lanes`]): jobs of a lane are handed over one after the other, lanes side by
//! side, and acknowledgements are waited for apart ([`attempt`]). Every step is recorded before
//! the next ([`record`]), so whatever is interrupted is taken up again ([`resume`]).

mod accept;
mod attempt;
mod cancel;
mod drain;
mod files;
mod hold;
mod lanes;
mod message;
mod prune;
mod record;
mod resume;
mod typing;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::outbox::OutboxEntry;
use wagon_domain::{Clock, IdSource, OutboxId, SessionId};
use wagon_engine::Engine;
use wagon_media::MediaStore;
use wagon_store::Store;

use crate::budget::Budgets;
use crate::error::Error;
use crate::live::Live;
use crate::recaps::NewPolls;
use drain::Line;
pub(crate) use hold::Holds;
use lanes::{Knowledge, Lane, Lanes};

/// Hands accepted sends to the engine and records what came of them.
#[derive(Clone)]
pub(crate) struct Outbox {
    inner: Arc<Inner>,
}

/// What the outbox works with.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) live: Arc<Live>,
    pub(crate) budgets: Budgets,
    pub(crate) holds: Holds,
    pub(crate) polls: NewPolls,
    pub(crate) files: MediaStore,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

struct Inner {
    parts: Parts,
    ids: IdSource,
    traffic: Mutex<Traffic>,
}

/// What this process is sending now.
#[derive(Default)]
struct Traffic {
    /// Whoever asks for one of these again waits with the first instead of sending beside it.
    under_way: HashMap<OutboxId, watch::Receiver<Option<Outcome>>>,
    lanes: Lanes,
    /// The sessions whose queue is being drained.
    lines: HashMap<SessionId, Line>,
}

/// The entry as it stands after an attempt, or why it could not even be recorded.
type Outcome = Result<OutboxEntry, Arc<Error>>;

impl Outbox {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            inner: Arc::new(Inner {
                parts,
                ids: IdSource::default(),
                traffic: Mutex::default(),
            }),
        }
    }

    /// Sends an entry that was accepted just now and waits for the outcome. The send goes on when the
    /// caller stops waiting.
    pub(crate) async fn dispatch(&self, entry: OutboxEntry) -> Result<OutboxEntry, Error> {
        Self::outcome(self.inner.drive(entry, Knowledge::Fresh)).await
    }

    /// The same for an entry that was read some time ago and may have been dealt with since.
    pub(crate) async fn dispatch_again(&self, entry: OutboxEntry) -> Result<OutboxEntry, Error> {
        Self::outcome(self.inner.drive(entry, Knowledge::Stale)).await
    }

    /// Something was queued for the session, or may go out now: its budget was raised, it came up.
    pub(crate) fn wake(&self, session: &SessionId) {
        self.inner.wake(session);
    }

    async fn outcome(mut outcome: watch::Receiver<Option<Outcome>>) -> Result<OutboxEntry, Error> {
        let outcome = match outcome.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone(),
            Err(_) => None,
        };
        match outcome {
            Some(Ok(entry)) => Ok(entry),
            Some(Err(error)) => Err(Error::Internal(Box::new(error))),
            None => Err(Error::Unavailable),
        }
    }
}

impl Inner {
    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The chat that an entry belongs to.
fn lane_of(entry: &OutboxEntry) -> Lane {
    (entry.session.clone(), entry.to.clone())
}

//! Batches: lists of messages that go out one after the other, at a pace, whatever happens to the
//! process meanwhile.
//!
//! Every message has the ids of its send from the beginning. Whoever takes a batch up again asks the
//! outbox what has become of the message whose turn it was, so none goes out twice and none is left
//! out.

mod plan;
mod run;
mod start;
mod stop;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::batch::{Batch, BatchItem};
use wagon_domain::{BatchId, Caller, Capability, Clock, IdSource, SessionId};
use wagon_store::Store;

use crate::error::{Error, Missing};
use crate::live::Live;
use crate::messages::Messages;
use crate::sessions::Sessions;
pub use plan::{FileSource, ItemBody, NewItem};
pub use start::NewBatch;

#[derive(Clone)]
pub struct Batches {
    inner: Arc<Inner>,
}

/// What the service works with.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) sessions: Sessions,
    pub(crate) messages: Messages,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) live: Arc<Live>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
    /// How many may run at a time; 0 is no limit.
    pub(crate) at_once: usize,
}

struct Inner {
    parts: Parts,
    ids: IdSource,
    running: Mutex<HashMap<(SessionId, BatchId), Running>>,
}

/// A batch that this process is sending.
#[derive(Clone, Default)]
struct Running {
    cancelled: CancellationToken,
    over: CancellationToken,
}

/// A batch with each of its messages.
#[derive(Debug, Clone)]
pub struct BatchReport {
    pub batch: Batch,
    pub items: Vec<BatchItem>,
}

impl Batches {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            inner: Arc::new(Inner {
                parts,
                ids: IdSource::default(),
                running: Mutex::default(),
            }),
        }
    }

    /// How far a batch has come.
    pub async fn get(
        &self,
        caller: &Caller,
        session: &SessionId,
        id: &BatchId,
    ) -> Result<BatchReport, Error> {
        let sessions = &self.inner.parts.sessions;
        sessions.require(caller, session, Capability::Read).await?;
        self.inner.report(session, id).await
    }
}

impl Inner {
    async fn report(&self, session: &SessionId, id: &BatchId) -> Result<BatchReport, Error> {
        let store = &self.parts.store;
        // Items first: what they say is never behind what the batch says.
        let items = store.batch_items(session, id).await?;
        let batch = store.batch(session, id).await?;
        let batch = batch.ok_or(Error::NotFound(Missing::Batch))?;
        Ok(BatchReport { batch, items })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<(SessionId, BatchId), Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

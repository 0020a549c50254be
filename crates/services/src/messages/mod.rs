//! Sending, what became of sends, and reading what was sent and received.

mod draft;
mod find;
mod operations;
mod own;
mod planned;
mod read;
mod request;
mod rules;
mod send;
mod sends;

use std::sync::Arc;

use wagon_domain::{Clock, IdSource};
use wagon_engine::Engine;
use wagon_outbound::Outbound;
use wagon_store::Store;

use crate::budget::Budgets;
use crate::live::Live;
use crate::outbox::{Holds, Outbox};
use crate::sessions::Sessions;
pub use draft::{Draft, MediaFile, Origin};
pub use find::{FindMessages, FoundMessages, GivenReaction};
pub use operations::{Named, Operated, Operation};
pub(crate) use planned::PlannedSend;
pub use request::{Mode, Quoting, SendMessage, Sent};
pub use sends::SendState;

#[derive(Clone)]
pub struct Messages {
    parts: Parts,
    ids: Arc<IdSource>,
}

/// What the service works with.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) sessions: Sessions,
    pub(crate) outbox: Outbox,
    pub(crate) budgets: Budgets,
    pub(crate) holds: Holds,
    pub(crate) outbound: Outbound,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) live: Arc<Live>,
}

impl Messages {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            parts,
            ids: Arc::default(),
        }
    }
}

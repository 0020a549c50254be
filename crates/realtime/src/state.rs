//! What the routes work with.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::event::UnknownEventKind;
use wagon_domain::{Clock, Event, EventKind};
use wagon_services::{Access, Services};

/// What a list of event names stands for.
pub type Kinds = Result<Option<Vec<EventKind>>, UnknownEventKind>;

#[derive(Clone)]
pub struct State {
    pub services: Services,
    pub clock: Arc<dyn Clock>,
    /// An event in the dialect's words: one JSON object without line breaks.
    pub render: fn(&Event) -> String,
    /// The kinds behind a list of the dialect's event names; `None` when they mean all.
    pub filter: fn(&[&str]) -> Kinds,
    /// How often a connection hears a `ping`.
    pub heartbeat: Duration,
    /// Ends every connection when it is cancelled.
    pub shutdown: CancellationToken,
    /// The WebSocket connections; the HTTP server does not wait for those itself.
    pub connections: TaskTracker,
}

impl State {
    pub const HEARTBEAT: Duration = Duration::from_secs(20);
}

impl FromRef<State> for Access {
    fn from_ref(state: &State) -> Self {
        state.services.access.clone()
    }
}

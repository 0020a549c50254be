//! How the services are put together.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::{Clock, SessionId};
use wagon_engine::Engine;
use wagon_store::Store;

use crate::budget::Budgets;
use crate::live::Live;
use crate::outbox::Outbox;
use crate::tickets::Tickets;
use crate::{Chats, Events, Health, Intake, Keys, Messages, Sessions};

/// Every use case, ready to be called. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub keys: Keys,
    pub sessions: Sessions,
    pub messages: Messages,
    pub chats: Chats,
    pub events: Events,
    pub health: Health,
}

/// What new sessions start with.
#[derive(Debug, Clone, Copy)]
pub struct Defaults {
    pub rate_per_min: i32,
    pub rate_per_hour: i32,
}

/// The parts that exist before the engine does: the engine reports to the [`Intake`], and the
/// services command the engine.
pub struct Composition {
    store: Store,
    clock: Arc<dyn Clock>,
    live: Arc<Live>,
    intake: Arc<Intake>,
    came_up: mpsc::UnboundedReceiver<SessionId>,
}

impl Composition {
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let live = Arc::new(Live::default());
        // One small id per connection that comes up; the reader only starts work and never waits.
        let (up, came_up) = mpsc::unbounded_channel();
        let intake = Arc::new(Intake::new(
            store.clone(),
            Arc::clone(&clock),
            Arc::clone(&live),
            up,
        ));
        Self {
            store,
            clock,
            live,
            intake,
            came_up,
        }
    }

    /// Where the engine reports to.
    pub fn inbox(&self) -> Arc<Intake> {
        Arc::clone(&self.intake)
    }

    /// Completes the services. Work in the background runs on `tasks` until `stop`.
    pub fn finish(
        self,
        engine: Arc<dyn Engine>,
        defaults: Defaults,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Services {
        let Self {
            store,
            clock,
            live,
            came_up,
            ..
        } = self;
        let outbox = Outbox::new(
            store.clone(),
            Arc::clone(&engine),
            Arc::clone(&clock),
            tasks.clone(),
        );
        tasks.spawn(outbox.clone().resume_on(came_up, stop.clone()));
        let keys = Keys::new(store.clone(), Arc::clone(&clock));
        let budgets = Budgets::new(store.clone(), Arc::clone(&clock));
        let sessions = Sessions::new(
            store.clone(),
            engine,
            Arc::clone(&clock),
            Arc::clone(&live),
            defaults,
        );
        Services {
            messages: Messages::new(
                store.clone(),
                sessions.clone(),
                outbox,
                budgets,
                Arc::clone(&clock),
                live,
            ),
            chats: Chats::new(store.clone(), sessions.clone()),
            events: Events::new(store.clone(), sessions.clone(), keys.clone(), Tickets::new(clock)),
            health: Health::new(store),
            keys,
            sessions,
        }
    }
}

impl Services {
    /// Brings the sessions that were up before the last shutdown (or crash) up again.
    pub async fn resume(&self) -> Result<usize, crate::Error> {
        self.sessions.resume().await
    }
}

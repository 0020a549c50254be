//! Calls: they come as events, and can be declined.

use std::sync::Arc;

use wagon_domain::event::{CallOutcome, EndedCall, EventBody};
use wagon_domain::{Caller, Capability, Clock, Session, SessionId};
use wagon_engine::Engine;
use wagon_store::{NewEvent, Store};

use crate::error::Error;
use crate::sessions::Sessions;

#[derive(Clone)]
pub struct Calls {
    sessions: Sessions,
    decliner: Decliner,
}

impl Calls {
    pub(crate) fn new(sessions: Sessions, decliner: Decliner) -> Self {
        Self { sessions, decliner }
    }

    /// Makes a link that whoever has it calls by.
    pub async fn link(&self, caller: &Caller, session: &SessionId, video: bool) -> Result<String, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        Ok(self.decliner.engine.call_link(&session.id, video).await?)
    }

    /// Declines a call that rings now.
    pub async fn reject(&self, caller: &Caller, session: &SessionId, call: &str) -> Result<(), Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        self.decliner.decline(&session, call).await
    }
}

/// Declines calls, and tells of it: nobody else does.
#[derive(Clone)]
pub(crate) struct Decliner {
    pub(crate) store: Store,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Decliner {
    pub(crate) async fn decline(&self, session: &Session, call: &str) -> Result<(), Error> {
        let call = self.engine.reject_call(&session.id, call).await?;
        let outcome = CallOutcome::Rejected;
        let event = NewEvent {
            org: session.org.clone(),
            session: session.id.clone(),
            body: EventBody::CallEnded(EndedCall { call, outcome }),
            timestamp: self.clock.now(),
        };
        let told = self
            .store
            .write(move |tx| Box::pin(async move { tx.append_event(event).await }));
        told.await?;
        Ok(())
    }
}

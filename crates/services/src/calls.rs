//! Calls: they come as events, and can be declined.

use std::sync::Arc;

use wagon_domain::{Caller, Capability, SessionId};
use wagon_engine::Engine;

use crate::error::Error;
use crate::sessions::Sessions;

#[derive(Clone)]
pub struct Calls {
    sessions: Sessions,
    engine: Arc<dyn Engine>,
}

impl Calls {
    pub(crate) fn new(sessions: Sessions, engine: Arc<dyn Engine>) -> Self {
        Self { sessions, engine }
    }

    /// Makes a link that whoever has it calls by.
    pub async fn link(&self, caller: &Caller, session: &SessionId, video: bool) -> Result<String, Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        Ok(self.engine.call_link(&session.id, video).await?)
    }

    /// Declines a call that rings now.
    pub async fn reject(&self, caller: &Caller, session: &SessionId, call: &str) -> Result<(), Error> {
        let session = self.sessions.require(caller, session, Capability::Send).await?;
        Ok(self.engine.reject_call(&session.id, call).await?)
    }
}

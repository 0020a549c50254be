use wagon_domain::outbox::{SEND_STATES, TrackedSend};
use wagon_domain::{Caller, Capability, OutboxId, SessionId};

use super::Messages;
use crate::error::{Conflict, Error, Missing};

/// A state by which sends can be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendState(&'static str);

/// A word that is no state of a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {}", SEND_STATES.join(", "))]
pub struct UnknownSendState;

impl std::str::FromStr for SendState {
    type Err = UnknownSendState;

    fn from_str(text: &str) -> Result<Self, UnknownSendState> {
        let known = SEND_STATES.into_iter().find(|state| *state == text);
        known.map(Self).ok_or(UnknownSendState)
    }
}

impl Messages {
    /// How far a send has come.
    pub async fn get_send(
        &self,
        caller: &Caller,
        session: &SessionId,
        id: &OutboxId,
    ) -> Result<TrackedSend, Error> {
        let parts = &self.parts;
        parts.sessions.require(caller, session, Capability::Send).await?;
        let send = parts.store.tracked_send(session, id).await?;
        send.ok_or(Error::NotFound(Missing::Outbox))
    }

    /// The sends of a session, latest first, in one state or in any.
    pub async fn list_sends(
        &self,
        caller: &Caller,
        session: &SessionId,
        state: Option<SendState>,
        before: Option<&OutboxId>,
        limit: u32,
    ) -> Result<Vec<TrackedSend>, Error> {
        let parts = &self.parts;
        parts.sessions.require(caller, session, Capability::Send).await?;
        let state = state.map(|SendState(name)| name);
        Ok(parts.store.tracked_sends(session, state, before, limit).await?)
    }

    /// Takes a send back that is still queued.
    pub async fn cancel_send(
        &self,
        caller: &Caller,
        session: &SessionId,
        id: &OutboxId,
    ) -> Result<(), Error> {
        let send = self.get_send(caller, session, id).await?;
        match self.parts.outbox.cancel(&send.entry.org, id).await? {
            Some(_) => Ok(()),
            None => Err(Error::Conflict(Conflict::AlreadyUnderWay)),
        }
    }
}

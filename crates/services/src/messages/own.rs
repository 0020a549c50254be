//! What the account notes about a message for itself, on all its devices.

use wagon_domain::chat::ChatChange;
use wagon_domain::message::Chat;
use wagon_domain::{Caller, Capability, SessionId};

use super::Messages;
use super::operations::{Named, target};
use crate::error::Error;

impl Messages {
    /// Stars a message, or takes the star away.
    pub async fn star(
        &self,
        caller: &Caller,
        session: &SessionId,
        named: &Named,
        starred: bool,
    ) -> Result<(), Error> {
        let parts = &self.parts;
        parts.sessions.require(caller, session, Capability::Send).await?;
        let message = self.find(session, named).await?;
        parts
            .engine
            .star_message(session, &message.chat, &target(&message), starred)
            .await?;
        Ok(())
    }

    /// Removes a message from the account's devices and from what is stored; others keep it.
    pub async fn forget(&self, caller: &Caller, session: &SessionId, named: &Named) -> Result<(), Error> {
        let parts = &self.parts;
        parts.sessions.require(caller, session, Capability::Send).await?;
        let message = self.find(session, named).await?;
        parts
            .engine
            .forget_message(session, &message.chat, &target(&message), message.timestamp)
            .await?;
        let (session, now) = (session.clone(), parts.clock.now());
        let chat = Chat {
            jid: message.chat,
            alias: None,
        };
        let change = ChatChange::MessageDeleted {
            message: message.wa_id,
            from_me: message.from_me,
        };
        parts
            .store
            .write(move |tx| Box::pin(async move { tx.change_chat(&session, &chat, change, now).await }))
            .await?;
        Ok(())
    }
}

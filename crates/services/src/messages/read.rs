use wagon_domain::{Caller, Capability, Jid, Message, MessageId, SessionId, WaMessageId};

use super::Messages;
use crate::error::{Error, Missing};

impl Messages {
    /// Stored messages of a chat, newest first. An unknown chat has none.
    pub async fn list(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: &Jid,
        before: Option<&MessageId>,
        limit: u32,
    ) -> Result<Vec<Message>, Error> {
        let parts = &self.parts;
        parts.sessions.require(caller, session, Capability::Read).await?;
        Ok(parts.store.messages(session, &chat.bare(), before, limit).await?)
    }

    /// A message by the id WhatsApp knows it by, in a chat or in whichever has it.
    pub async fn get(
        &self,
        caller: &Caller,
        session: &SessionId,
        chat: Option<&Jid>,
        id: &WaMessageId,
    ) -> Result<Message, Error> {
        let parts = &self.parts;
        parts.sessions.require(caller, session, Capability::Read).await?;
        let chat = chat.map(Jid::bare);
        let message = parts.store.message(session, chat.as_ref(), id).await?;
        message.ok_or(Error::NotFound(Missing::Message))
    }
}

//! The engine's own form of messages, encrypted, apart from the rows that lists read.

use wagon_domain::content::WireContent;
use wagon_domain::{Jid, Message, MessageId, SessionId, WaMessageId};

use crate::sql::{Query, sql};
use crate::{Error, Store, Tx};

const KIND: &str = "message content";

fn context(message: &MessageId) -> Vec<u8> {
    format!("message_wire|{message}").into_bytes()
}

impl Tx<'_> {
    pub(super) fn wire_query(&self, message: &MessageId, wire: &WireContent) -> Query {
        let value = self.state.cipher.encrypt(&context(message), &wire.0);
        sql("INSERT INTO message_wire (message_id, value) VALUES ($1, $2)
             ON CONFLICT (message_id) DO UPDATE SET value = excluded.value")
        .bind(message)
        .bind(value)
    }

    /// Keeps the engine's form of the account's own message in a chat (JID or alias).
    pub async fn keep_wire(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        wa_id: &WaMessageId,
        wire: &WireContent,
    ) -> Result<(), Error> {
        let query = sql("SELECT id FROM messages
             WHERE session_id = $1 AND wa_id = $3 AND from_me AND chat_jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)")
        .bind(session)
        .bind(chat)
        .bind(wa_id);
        let Some((id,)) = self.fetch_optional::<(String,)>(query).await? else {
            return Ok(());
        };
        let id = crate::row::Row::of("messages", &id).parse("id", &id)?;
        let query = self.wire_query(&id, wire);
        self.execute(query).await.map(drop)
    }
}

impl Tx<'_> {
    /// Replaces what is kept of a message, if it still is.
    pub async fn replace_wire(
        &mut self,
        session: &SessionId,
        message: &MessageId,
        wire: &WireContent,
    ) -> Result<(), Error> {
        let value = self.state.cipher.encrypt(&context(message), &wire.0);
        let query = sql(
            "UPDATE message_wire SET value = $3 WHERE message_id = $2 AND EXISTS (
                SELECT id FROM messages WHERE id = $2 AND session_id = $1)",
        )
        .bind(session)
        .bind(message)
        .bind(value);
        self.execute(query).await.map(drop)
    }
}

impl Store {
    /// The engine's form of a message; `None` if its content says everything, or it was deleted.
    pub async fn message_wire(&self, message: &Message) -> Result<Option<WireContent>, Error> {
        self.message_wire_by_id(&message.session, &message.id).await
    }

    /// The same by the message's id.
    pub async fn message_wire_by_id(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Option<WireContent>, Error> {
        let query = sql("SELECT value FROM message_wire WHERE message_id = $1 AND EXISTS (
                SELECT id FROM messages WHERE id = $1 AND session_id = $2)")
        .bind(message)
        .bind(session);
        let Some((value,)) = self.fetch_optional::<(Vec<u8>,)>(query).await? else {
            return Ok(None);
        };
        let plain = self
            .cipher
            .decrypt(&context(message), &value)
            .map_err(|reason| Error::Decrypt {
                kind: KIND.to_owned(),
                reason,
            })?;
        Ok(Some(WireContent(plain)))
    }
}

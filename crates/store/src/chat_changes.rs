//! Changes to a chat that the account's user has made, here or on another device.

use wagon_domain::chat::ChatChange;
use wagon_domain::message::Chat;
use wagon_domain::{Jid, SessionId, Timestamp, WaMessageId};

use crate::row::Row;
use crate::sql::{Query, sql};
use crate::{Error, Store, Tx};

const ARCHIVED: &str = "INSERT INTO chats (session_id, jid, alias, archived) VALUES ($1, $2, $3, $4)
     ON CONFLICT (session_id, jid) DO UPDATE SET archived = excluded.archived";
const PINNED: &str = "INSERT INTO chats (session_id, jid, alias, pinned) VALUES ($1, $2, $3, $4)
     ON CONFLICT (session_id, jid) DO UPDATE SET pinned = excluded.pinned";
const MUTED: &str = "INSERT INTO chats (session_id, jid, alias, muted_until) VALUES ($1, $2, $3, $4)
     ON CONFLICT (session_id, jid) DO UPDATE SET muted_until = excluded.muted_until";

/// An inbound message and its author's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub wa_id: WaMessageId,
    pub sender: Option<Jid>,
}

impl Tx<'_> {
    /// Makes a change that was decided at `at`: messages that are newer are not touched by it. A chat
    /// that is not there yet is made when the change says something of its future.
    pub async fn change_chat(
        &mut self,
        session: &SessionId,
        chat: &Chat,
        change: ChatChange,
        at: Timestamp,
    ) -> Result<(), Error> {
        let jid = self.canonical_chat(session, chat).await?;
        let query = match change {
            ChatChange::Archived(archived) => setting(ARCHIVED, session, &jid, chat).bind(archived),
            ChatChange::Pinned(pinned) => setting(PINNED, session, &jid, chat).bind(pinned),
            ChatChange::MutedUntil(until) => setting(MUTED, session, &jid, chat).bind(until),
            ChatChange::Read(read) => sql("UPDATE chats SET unread = CASE WHEN $4 THEN 0
                    WHEN unread = 0 THEN 1 ELSE unread END
                 WHERE session_id = $1 AND jid = $2 AND (last_message_at IS NULL OR last_message_at <= $3)")
            .bind(session)
            .bind(&jid)
            .bind(at)
            .bind(read),
            ChatChange::MessageDeleted { message, from_me } => {
                // What was said about it goes with it.
                sql("DELETE FROM messages WHERE session_id = $1 AND chat_jid = $2
                        AND ((wa_id = $3 AND from_me = $4 AND target IS NULL) OR target = $3)")
                .bind(session)
                .bind(&jid)
                .bind(&message)
                .bind(from_me)
            }
            ChatChange::Cleared => return self.clear_chat(session, &jid, at).await,
            ChatChange::Deleted => {
                self.clear_chat(session, &jid, at).await?;
                sql("DELETE FROM chats WHERE session_id = $1 AND jid = $2 AND last_message_at IS NULL")
                    .bind(session)
                    .bind(&jid)
            }
        };
        self.execute(query).await.map(drop)
    }

    /// Takes the messages up to `at` out of a chat.
    async fn clear_chat(&mut self, session: &SessionId, jid: &Jid, at: Timestamp) -> Result<(), Error> {
        let messages = sql("DELETE FROM messages WHERE session_id = $1 AND chat_jid = $2 AND wa_time <= $3")
            .bind(session)
            .bind(jid)
            .bind(at);
        self.execute(messages).await?;
        let chat = sql("UPDATE chats SET last_message_at =
                (SELECT MAX(wa_time) FROM messages WHERE session_id = $1 AND chat_jid = $2),
                unread = CASE WHEN last_message_at IS NULL OR last_message_at <= $3 THEN 0 ELSE unread END
             WHERE session_id = $1 AND jid = $2")
        .bind(session)
        .bind(jid)
        .bind(at);
        self.execute(chat).await.map(drop)
    }
}

/// Sets one column, making the chat if necessary. The value is bound next.
fn setting(statement: &'static str, session: &SessionId, jid: &Jid, chat: &Chat) -> Query {
    sql(statement).bind(session).bind(jid).bind(chat.alias.as_ref())
}

impl Store {
    /// The latest inbound messages of a chat, as many as wanted.
    pub async fn latest_inbound(
        &self,
        session: &SessionId,
        chat: &Jid,
        limit: u32,
    ) -> Result<Vec<Unread>, Error> {
        let query = sql("SELECT wa_id, COALESCE(sender_jid, sender_lid) FROM messages
             WHERE session_id = $1 AND chat_jid = $2 AND NOT from_me ORDER BY id DESC LIMIT $3")
        .bind(session)
        .bind(chat)
        .bind(limit);
        self.fetch_all::<(String, Option<String>)>(query)
            .await?
            .into_iter()
            .map(|(wa_id, sender)| {
                let at = Row::of("messages", &wa_id);
                Ok(Unread {
                    wa_id: at.parse("wa_id", &wa_id)?,
                    sender: at.parse_optional("sender_jid", sender.as_deref())?,
                })
            })
            .collect()
    }
}

use wagon_domain::content::{Poll, WireContent};
use wagon_domain::message::{Chat, Party, Quote};
use wagon_domain::outbox::OutboxEntry;
use wagon_domain::{
    Content, Jid, MessageId, MessageStatus, OutboxId, Server, SessionId, Timestamp, WaMessageId,
};

use super::polls::recap_query;
use crate::outbox::entry_query;
use crate::row::{Row, json};
use crate::sql::{Query, sql};
use crate::{Accepted, Error, Tx};

/// A message to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub id: MessageId,
    pub session: SessionId,
    pub wa_id: WaMessageId,
    pub chat: Chat,
    pub chat_name: Option<String>,
    pub sender: Party,
    pub from_me: bool,
    pub content: Content,
    pub quote: Option<Quote>,
    pub mentions: Vec<Jid>,
    /// The send that makes it.
    pub outbox: Option<OutboxId>,
    /// The engine's own form, kept encrypted beside the row.
    pub wire: Option<WireContent>,
    /// `None` for inbound messages.
    pub status: Option<MessageStatus>,
    pub timestamp: Timestamp,
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Stores a message and updates its chat; says whether the message is news. WhatsApp repeats
    /// messages until they are acknowledged, so a repeat of (session, chat, sender, WhatsApp id)
    /// changes nothing. One that has so far come with the history only is news.
    pub async fn insert_message(&mut self, message: &NewMessage) -> Result<bool, Error> {
        let chat = self.canonical_chat(&message.session, &message.chat).await?;
        let new = self.execute(row_query(message, &chat, None)).await?;
        if new == 0 {
            return Ok(self.execute(come_query(message, &chat)).await? > 0);
        }
        let queries = self.consequences(message, &chat);
        if !queries.is_empty() {
            self.execute_all(queries).await?;
        }
        if message.content.target().is_none() {
            self.remember_alias(message);
        }
        Ok(true)
    }

    /// Stores a message of the past; nothing becomes unread by it, and no poll is counted. Says whether it is
    /// new.
    pub async fn import_message(&mut self, message: &NewMessage) -> Result<bool, Error> {
        let chat = self.canonical_chat(&message.session, &message.chat).await?;
        let new = self.import_row(message, &chat).await? > 0;
        if new {
            self.execute(chat_query(message, &chat, false)).await?;
            self.remember_alias(message);
        }
        Ok(new)
    }

    /// Stores a send with its messages, unless its idempotency key is taken.
    pub async fn accept_messages(
        &mut self,
        entry: &OutboxEntry,
        messages: &[NewMessage],
    ) -> Result<Accepted, Error> {
        let mut queries = Vec::with_capacity(1 + 2 * messages.len());
        for message in messages {
            let chat = self.canonical_chat(&message.session, &message.chat).await?;
            queries.push(row_query(message, &chat, None));
            queries.append(&mut self.consequences(message, &chat));
        }
        if entry.idempotency.is_some() {
            let accepted = self.accept_send(entry).await?;
            if accepted != Accepted::New {
                return Ok(accepted);
            }
        } else {
            queries.insert(0, entry_query(entry));
        }
        self.execute_all(queries).await?;
        Ok(Accepted::New)
    }

    /// What follows from a new message: its place in the chat, unless it only changes another one.
    fn consequences(&self, message: &NewMessage, chat: &Jid) -> Vec<Query> {
        let mut queries = Vec::with_capacity(1);
        if message.content.target().is_none() {
            let inbound = !message.from_me && message.status.is_none();
            queries.push(chat_query(message, chat, inbound));
        }
        if let Some(wire) = &message.wire {
            queries.push(self.wire_query(&message.id, wire));
        }
        if let Content::Poll(Poll {
            ends_at: Some(at), ..
        }) = &message.content
        {
            queries.push(recap_query(&message.session, chat, &message.wa_id, *at));
        }
        queries
    }

    /// Stores a message from before, without touching its chat. Says how many rows that made.
    pub(crate) async fn import_row(&mut self, message: &NewMessage, chat: &Jid) -> Result<u64, Error> {
        let query = row_query(message, chat, Some(message.created_at));
        let new = self.execute(query).await?;
        if let Some(wire) = message.wire.as_ref().filter(|_| new > 0) {
            self.execute(self.wire_query(&message.id, wire)).await?;
        }
        Ok(new)
    }

    fn remember_alias(&mut self, message: &NewMessage) {
        if let Some(alias) = &message.chat.alias {
            self.state.aliases.insert(&message.session, alias);
        }
    }

    /// The address under which a chat's rows are kept, after merging what is kept under another.
    pub(crate) async fn canonical_chat(&mut self, session: &SessionId, chat: &Chat) -> Result<Jid, Error> {
        match &chat.alias {
            Some(alias) if !self.state.aliases.contains(session, alias) => {
                let query = sql("SELECT jid FROM chats WHERE session_id = $1 AND jid = $2")
                    .bind(session)
                    .bind(alias);
                if self.fetch_optional::<(String,)>(query).await?.is_some() {
                    self.merge_chat(session, alias, &chat.jid).await?;
                }
                Ok(chat.jid.clone())
            }
            // The phone JID may have been known earlier: to the device that was linked before.
            None if chat.jid.server() == Server::Lid => {
                let query = sql(
                    "SELECT id, jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1",
                )
                .bind(session)
                .bind(&chat.jid);
                match self.fetch_optional::<(i64, String)>(query).await? {
                    Some((id, jid)) => Row::of("chats", &id.to_string()).parse("jid", &jid),
                    None => Ok(chat.jid.clone()),
                }
            }
            _ => Ok(chat.jid.clone()),
        }
    }
}

/// Who sent a message, as far as repeats are told by it.
fn sender_key(message: &NewMessage) -> String {
    let sender = &message.sender;
    match (&sender.jid, &sender.lid) {
        _ if message.from_me => String::new(),
        (Some(address), _) | (None, Some(address)) => address.bare().to_string(),
        (None, None) => String::new(),
    }
}

/// What came with the history has now come by itself.
fn come_query(message: &NewMessage, chat: &Jid) -> Query {
    sql("UPDATE messages SET imported_at = NULL
         WHERE session_id = $1 AND wa_id = $2 AND chat_jid = $3
            AND (sender_key = $4 OR (sender_lid = $5 AND from_me = $6)) AND imported_at IS NOT NULL")
    .bind(&message.session)
    .bind(&message.wa_id)
    .bind(chat)
    .bind(sender_key(message))
    .bind(message.sender.lid.as_ref().map(Jid::bare).as_ref())
    .bind(message.from_me)
}

fn row_query(message: &NewMessage, chat: &Jid, imported_at: Option<Timestamp>) -> Query {
    let sender = &message.sender;
    let jid = sender.jid.as_ref().map(Jid::bare);
    let lid = sender.lid.as_ref().map(Jid::bare);
    // The one writer makes this check free of races. It also sees a repeat from a sender whose
    // phone JID became known, or unknown, in between.
    sql(
        "INSERT INTO messages (id, session_id, wa_id, chat_jid, sender_key, sender_jid, sender_lid,
                sender_name, from_me, content, quote, mentions, status, wa_time, created_at, target,
                outbox_id, imported_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18
             WHERE NOT EXISTS (SELECT id FROM messages
                WHERE session_id = $2 AND wa_id = $3 AND chat_jid = $4
                    AND (sender_key = $5 OR (sender_lid = $7 AND from_me = $9)))",
    )
    .bind(&message.id)
    .bind(&message.session)
    .bind(&message.wa_id)
    .bind(chat)
    .bind(sender_key(message))
    .bind(jid.as_ref())
    .bind(lid.as_ref())
    .bind(sender.name.as_deref())
    .bind(message.from_me)
    .bind(json(&message.content))
    .bind(message.quote.as_ref().map(json))
    .bind((!message.mentions.is_empty()).then(|| json(&message.mentions)))
    .bind(message.status.map(MessageStatus::as_str))
    .bind(message.timestamp)
    .bind(message.created_at)
    .bind(message.content.target().map(|target| &target.id))
    .bind(message.outbox.as_ref())
    .bind(imported_at)
}

fn chat_query(message: &NewMessage, jid: &Jid, unread: bool) -> Query {
    sql(
        "INSERT INTO chats (session_id, jid, alias, name, last_message_at, unread)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (session_id, jid) DO UPDATE SET
                alias = COALESCE(excluded.alias, chats.alias),
                name = COALESCE(excluded.name, chats.name),
                last_message_at = CASE WHEN chats.last_message_at > excluded.last_message_at
                    THEN chats.last_message_at ELSE excluded.last_message_at END,
                unread = chats.unread + excluded.unread",
    )
    .bind(&message.session)
    .bind(jid)
    .bind(message.chat.alias.as_ref())
    .bind(message.chat_name.as_deref())
    .bind(message.timestamp)
    .bind(i64::from(unread))
}

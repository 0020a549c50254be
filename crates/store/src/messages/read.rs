use sqlx::FromRow;
use wagon_domain::message::Party;
use wagon_domain::{Jid, Message, MessageId, SessionId, Timestamp, WaMessageId};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store};

/// Sorts after every id.
const AFTER_ALL_IDS: &str = "~";

#[derive(FromRow)]
pub(super) struct MessageRow {
    id: String,
    session_id: String,
    wa_id: String,
    chat_jid: String,
    sender_jid: Option<String>,
    sender_lid: Option<String>,
    sender_name: Option<String>,
    from_me: bool,
    content: String,
    quote: Option<String>,
    mentions: Option<String>,
    status: Option<String>,
    outbox_id: Option<String>,
    wa_time: i64,
    created_at: i64,
    edited: bool,
    deleted: bool,
}

impl TryFrom<MessageRow> for Message {
    type Error = Error;

    fn try_from(row: MessageRow) -> Result<Self, Error> {
        let at = Row::of("messages", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            session: at.parse("session_id", &row.session_id)?,
            wa_id: at.parse("wa_id", &row.wa_id)?,
            chat: at.parse("chat_jid", &row.chat_jid)?,
            sender: Party {
                jid: at.parse_optional("sender_jid", row.sender_jid.as_deref())?,
                lid: at.parse_optional("sender_lid", row.sender_lid.as_deref())?,
                name: row.sender_name,
            },
            from_me: row.from_me,
            content: at.json("content", &row.content)?,
            quote: at.json_optional("quote", row.quote.as_deref())?,
            mentions: at
                .json_optional("mentions", row.mentions.as_deref())?
                .unwrap_or_default(),
            status: at.parse_optional("status", row.status.as_deref())?,
            outbox: at.parse_optional("outbox_id", row.outbox_id.as_deref())?,
            timestamp: Timestamp::from_millis(row.wa_time),
            created_at: Timestamp::from_millis(row.created_at),
            edited: row.edited,
            deleted: row.deleted,
        })
    }
}

impl Store {
    /// The messages of a chat (by JID or alias), newest first, from before `before`. What changes
    /// other messages is not among them.
    pub async fn messages(
        &self,
        session: &SessionId,
        chat: &Jid,
        before: Option<&MessageId>,
        limit: u32,
    ) -> Result<Vec<Message>, Error> {
        let query = sql(
            "SELECT * FROM messages WHERE session_id = $1 AND chat_jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)
                AND id < $3 AND target IS NULL
             ORDER BY id DESC LIMIT $4",
        )
        .bind(session)
        .bind(chat)
        .bind(before.map_or(AFTER_ALL_IDS, MessageId::as_str))
        .bind(limit);
        self.fetch_all::<MessageRow>(query)
            .await?
            .into_iter()
            .map(Message::try_from)
            .collect()
    }

    /// The newest message of each chat on a page of [`Store::chats_from`].
    pub async fn latest_messages(
        &self,
        session: &SessionId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<Message>, Error> {
        let query = sql("SELECT * FROM messages WHERE id IN (
                SELECT MAX(id) FROM messages
                WHERE session_id = $1 AND target IS NULL AND chat_jid IN (
                    SELECT jid FROM chats WHERE session_id = $1 AND last_message_at IS NOT NULL
                    ORDER BY last_message_at DESC, id DESC LIMIT $2 OFFSET $3)
                GROUP BY chat_jid)")
        .bind(session)
        .bind(limit)
        .bind(offset);
        self.fetch_all::<MessageRow>(query)
            .await?
            .into_iter()
            .map(Message::try_from)
            .collect()
    }

    /// A message by the id WhatsApp knows it by. Only chat (JID or alias) and sender make that id
    /// unique: of several, this is the one stored last.
    pub async fn message(
        &self,
        session: &SessionId,
        chat: Option<&Jid>,
        wa_id: &WaMessageId,
    ) -> Result<Option<Message>, Error> {
        let query = sql("SELECT * FROM messages WHERE session_id = $1 AND wa_id = $2
                AND ($3 IS NULL OR chat_jid = COALESCE(
                    (SELECT jid FROM chats WHERE session_id = $1 AND alias = $3 ORDER BY id DESC LIMIT 1), $3))
             ORDER BY id DESC LIMIT 1")
        .bind(session)
        .bind(wa_id)
        .bind(chat);
        self.fetch_optional::<MessageRow>(query)
            .await?
            .map(Message::try_from)
            .transpose()
    }
}

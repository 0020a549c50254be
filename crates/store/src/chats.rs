//! Conversations. Their rows are made and kept up to date by the messages in them; a group's chat has
//! the group's name.

use std::collections::HashMap;

use sqlx::FromRow;
use wagon_domain::message::StoredChat;
use wagon_domain::{Jid, SessionId, Timestamp};

use crate::row::Row;
use crate::sql::{sql, with_lists};
use crate::value::list;
use crate::{Error, Store, Tx};

#[derive(FromRow)]
struct ChatRow {
    id: i64,
    session_id: String,
    jid: String,
    alias: Option<String>,
    name: Option<String>,
    last_message_at: Option<i64>,
    unread: i64,
    archived: bool,
    pinned: bool,
    muted_until: Option<i64>,
}

impl TryFrom<ChatRow> for StoredChat {
    type Error = Error;

    fn try_from(row: ChatRow) -> Result<Self, Error> {
        let id = row.id.to_string();
        let at = Row::of("chats", &id);
        Ok(Self {
            row: row.id,
            session: at.parse("session_id", &row.session_id)?,
            jid: at.parse("jid", &row.jid)?,
            alias: at.parse_optional("alias", row.alias.as_deref())?,
            name: row.name,
            last_message_at: row.last_message_at.map(Timestamp::from_millis),
            unread: row.unread,
            archived: row.archived,
            pinned: row.pinned,
            muted_until: row.muted_until.map(Timestamp::from_millis),
        })
    }
}

impl Tx<'_> {
    /// Nothing in this chat is unread any more; says whether there is such a chat (JID or alias).
    pub async fn mark_chat_read(&mut self, session: &SessionId, jid: &Jid) -> Result<bool, Error> {
        let query = sql(
            "UPDATE chats SET unread = 0 WHERE session_id = $1 AND jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)",
        )
        .bind(session)
        .bind(jid);
        Ok(self.execute(query).await? > 0)
    }
}

impl Store {
    /// The names of those of the chats that have one.
    pub async fn chat_names<'a>(
        &self,
        session: &SessionId,
        chats: impl Iterator<Item = &'a str> + Send,
    ) -> Result<HashMap<Jid, String>, Error> {
        let query = sql(with_lists!(
            "SELECT jid, name FROM chats WHERE session_id = $1 AND name IS NOT NULL AND jid IN " list "$2" ""
        ))
        .bind(session)
        .bind(list(chats));
        let found: Vec<(String, String)> = self.fetch_all(query).await?;
        found
            .into_iter()
            .map(|(jid, name)| Ok((Row::of("chats", &jid).parse("jid", &jid)?, name)))
            .collect()
    }

    /// Everybody the account has a chat with, by the address the chat is kept under.
    pub async fn people(&self, session: &SessionId) -> Result<Vec<Jid>, Error> {
        let query = sql(
            "SELECT id, jid FROM chats WHERE session_id = $1 AND last_message_at IS NOT NULL
                AND (jid LIKE '%@s.whatsapp.net' OR jid LIKE '%@lid') ORDER BY id",
        )
        .bind(session);
        let rows: Vec<(i64, String)> = self.fetch_all(query).await?;
        rows.into_iter()
            .map(|(id, jid)| Row::of("chats", &id.to_string()).parse("jid", &jid))
            .collect()
    }

    /// The chats that have messages, the one with the newest first. `cursor` is time and row of the
    /// last chat of the page before.
    pub async fn chats(
        &self,
        session: &SessionId,
        cursor: Option<(i64, i64)>,
        limit: u32,
    ) -> Result<Vec<StoredChat>, Error> {
        let (time, row) = cursor.unwrap_or((i64::MAX, i64::MAX));
        let query = sql("SELECT id, session_id, jid, alias, last_message_at, unread, archived, pinned, muted_until,
                COALESCE((SELECT g.subject FROM session_groups g
                    WHERE g.session_id = chats.session_id AND g.jid = chats.jid), name) AS name
             FROM chats WHERE session_id = $1 AND last_message_at IS NOT NULL AND (last_message_at, id) < ($2, $3)
             ORDER BY last_message_at DESC, id DESC LIMIT $4")
        .bind(session)
        .bind(time)
        .bind(row)
        .bind(limit);
        self.fetch_all::<ChatRow>(query)
            .await?
            .into_iter()
            .map(StoredChat::try_from)
            .collect()
    }

    /// The same from a place in the list.
    pub async fn chats_from(
        &self,
        session: &SessionId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<StoredChat>, Error> {
        let query = sql(
            "SELECT id, session_id, jid, alias, last_message_at, unread, archived, pinned, muted_until,
                COALESCE((SELECT g.subject FROM session_groups g
                    WHERE g.session_id = chats.session_id AND g.jid = chats.jid), name) AS name
             FROM chats WHERE session_id = $1 AND last_message_at IS NOT NULL
             ORDER BY last_message_at DESC, id DESC LIMIT $2 OFFSET $3",
        )
        .bind(session)
        .bind(limit)
        .bind(offset);
        self.fetch_all::<ChatRow>(query)
            .await?
            .into_iter()
            .map(StoredChat::try_from)
            .collect()
    }

    /// A chat by its JID or its alias.
    pub async fn chat(&self, session: &SessionId, jid: &Jid) -> Result<Option<StoredChat>, Error> {
        let query = sql(
            "SELECT id, session_id, jid, alias, last_message_at, unread, archived, pinned, muted_until,
                COALESCE((SELECT g.subject FROM session_groups g
                    WHERE g.session_id = chats.session_id AND g.jid = chats.jid), name) AS name
             FROM chats WHERE session_id = $1 AND jid = COALESCE(
                (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2)",
        )
        .bind(session)
        .bind(jid);
        self.fetch_optional::<ChatRow>(query)
            .await?
            .map(StoredChat::try_from)
            .transpose()
    }
}

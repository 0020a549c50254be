//! Importing what a phone hands over when a device is linked.

use sqlx::FromRow;
use wagon_domain::history::{HistoryImport, PastChat};
use wagon_domain::{Jid, SessionId, Timestamp};

use crate::messages::NewMessage;
use crate::sql::sql;
use crate::{Error, Store, Tx};

#[derive(FromRow)]
struct ImportRow {
    progress: i64,
    chats: i64,
    messages: i64,
    updated_at: i64,
}

impl Tx<'_> {
    /// Stores a conversation from before and those of its messages that are not there yet. Says how
    /// many of the messages were new. What is known of a chat already wins over what the phone remembers,
    /// except its name.
    pub async fn import_chat(
        &mut self,
        session: &SessionId,
        past: &PastChat,
        messages: &[NewMessage],
    ) -> Result<u64, Error> {
        let chat = self.canonical_chat(session, &past.chat).await?;
        let mut new = 0;
        for message in messages {
            new += self.import_row(message, &chat).await?;
        }
        let latest = messages.iter().map(|message| message.timestamp).max();
        let query = sql(
            "INSERT INTO chats (session_id, jid, alias, name, last_message_at, unread, archived, pinned, muted_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (session_id, jid) DO UPDATE SET
                alias = COALESCE(excluded.alias, chats.alias),
                name = COALESCE(excluded.name, chats.name),
                last_message_at = CASE WHEN chats.last_message_at IS NULL
                    OR excluded.last_message_at > chats.last_message_at
                    THEN excluded.last_message_at ELSE chats.last_message_at END",
        )
        .bind(session)
        .bind(&chat)
        .bind(past.chat.alias.as_ref())
        .bind(past.name.as_deref())
        .bind(latest)
        .bind(i64::from(past.unread.unwrap_or_default()))
        .bind(past.archived.unwrap_or_default())
        .bind(past.pinned.unwrap_or_default())
        .bind(past.muted_until);
        self.execute(query).await?;
        Ok(new)
    }

    /// Adds to how far the import has come; the progress only grows.
    pub async fn note_import(
        &mut self,
        session: &SessionId,
        chats: u64,
        messages: u64,
        progress: Option<u32>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let query = sql(
            "INSERT INTO history_imports (session_id, progress, chats, messages, updated_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (session_id) DO UPDATE SET
                progress = CASE WHEN excluded.progress > history_imports.progress
                    THEN excluded.progress ELSE history_imports.progress END,
                chats = history_imports.chats + excluded.chats,
                messages = history_imports.messages + excluded.messages,
                updated_at = excluded.updated_at",
        )
        .bind(session)
        .bind(i64::from(progress.unwrap_or_default().min(100)))
        .bind(count(chats))
        .bind(count(messages))
        .bind(now);
        self.execute(query).await.map(drop)
    }

    /// Whether a chat is stored under this address or its alias.
    pub async fn has_chat(&mut self, session: &SessionId, jid: &Jid) -> Result<bool, Error> {
        let query = sql("SELECT jid FROM chats WHERE session_id = $1 AND (jid = $2 OR alias = $2) LIMIT 1")
            .bind(session)
            .bind(jid);
        Ok(self.fetch_optional::<(String,)>(query).await?.is_some())
    }
}

impl Store {
    /// How far the import of the session's history has come; `None` before anything came.
    pub async fn history_import(&self, session: &SessionId) -> Result<Option<HistoryImport>, Error> {
        let query =
            sql("SELECT progress, chats, messages, updated_at FROM history_imports WHERE session_id = $1")
                .bind(session);
        let row = self.fetch_optional::<ImportRow>(query).await?;
        Ok(row.map(|row| HistoryImport {
            progress: row.progress,
            chats: row.chats,
            messages: row.messages,
            updated_at: Some(Timestamp::from_millis(row.updated_at)),
        }))
    }
}

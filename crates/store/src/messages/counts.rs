//! How many messages there are.

use std::time::Duration;

use sqlx::FromRow;
use wagon_domain::content::MediaKind;
use wagon_domain::{Jid, SessionId, Timestamp};

use super::search::KindFilter;
use crate::row::Row;
use crate::sql::{Sql, sql, with_lists};
use crate::value::list;
use crate::{Error, Store};

/// Messages of one session, one direction and one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageCount {
    pub session: SessionId,
    pub from_me: bool,
    /// They did not go out.
    pub failed: bool,
    /// When the stretch begins.
    pub since: Timestamp,
    pub count: u64,
}

/// Messages of one chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatCount {
    pub chat: Jid,
    pub name: Option<String>,
    pub count: u64,
    pub last: Timestamp,
}

#[derive(FromRow)]
struct CountRow {
    session_id: String,
    from_me: bool,
    failed: bool,
    stretch: i64,
    found: i64,
}

#[derive(FromRow)]
struct ChatRow {
    chat_jid: String,
    name: Option<String>,
    found: i64,
    last: i64,
}

#[derive(FromRow)]
struct KindRow {
    tag: Option<String>,
    media: Option<String>,
    ptt: bool,
    deleted: bool,
    found: i64,
}

/// By how each database reads what a content says of itself.
macro_rules! kinds {
    ($tag:literal, $media:literal, $ptt:literal, $sessions:literal) => {
        concat!(
            "SELECT ",
            $tag,
            " AS tag, ",
            $media,
            " AS media, COALESCE(",
            $ptt,
            ", FALSE) AS ptt, deleted,
                COUNT(*) AS found
             FROM messages WHERE session_id IN (",
            $sessions,
            ") AND wa_time >= $2 AND target IS NULL
             GROUP BY 1, 2, 3, 4"
        )
    };
}

impl Store {
    /// How many messages there were since then, in stretches of this length.
    pub async fn message_counts(
        &self,
        sessions: &[SessionId],
        since: Timestamp,
        stretch: Duration,
    ) -> Result<Vec<MessageCount>, Error> {
        let length = i64::try_from(stretch.as_millis()).unwrap_or(i64::MAX).max(1);
        let query = sql(with_lists!(
            "SELECT session_id, from_me, COALESCE(status = 'failed', FALSE) AS failed, wa_time / $3 AS stretch,
                COUNT(*) AS found
             FROM messages WHERE session_id IN " list "$1" " AND wa_time >= $2 AND target IS NULL
             GROUP BY 1, 2, 3, 4 ORDER BY 4, 1, 2, 3"
        ));
        let query = query.bind(list(sessions.iter().map(SessionId::as_str)));
        let rows: Vec<CountRow> = self.fetch_all(query.bind(since).bind(length)).await?;
        rows.into_iter()
            .map(|row| {
                Ok(MessageCount {
                    session: Row::of("messages", &row.session_id).parse("session_id", &row.session_id)?,
                    from_me: row.from_me,
                    failed: row.failed,
                    since: Timestamp::from_millis(row.stretch.saturating_mul(length)),
                    count: u64::try_from(row.found).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The chats with most messages since then, and how many those are.
    pub async fn busiest_chats(
        &self,
        sessions: &[SessionId],
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<ChatCount>, Error> {
        let query = sql(with_lists!(
            "SELECT m.chat_jid AS chat_jid, MAX(c.name) AS name, COUNT(*) AS found, MAX(m.wa_time) AS last
             FROM messages m LEFT JOIN chats c ON c.session_id = m.session_id AND c.jid = m.chat_jid
             WHERE m.session_id IN " list "$1" " AND m.wa_time >= $2 AND m.target IS NULL
             GROUP BY m.chat_jid ORDER BY COUNT(*) DESC, m.chat_jid LIMIT $3"
        ));
        let query = query.bind(list(sessions.iter().map(SessionId::as_str)));
        let rows: Vec<ChatRow> = self.fetch_all(query.bind(since).bind(limit)).await?;
        rows.into_iter()
            .map(|row| {
                Ok(ChatCount {
                    chat: Row::of("messages", &row.chat_jid).parse("chat_jid", &row.chat_jid)?,
                    name: row.name,
                    count: u64::try_from(row.found).unwrap_or_default(),
                    last: Timestamp::from_millis(row.last),
                })
            })
            .collect()
    }

    /// How many messages of each kind there were since then; `None` is what has no word.
    pub async fn message_kinds(
        &self,
        sessions: &[SessionId],
        since: Timestamp,
    ) -> Result<Vec<(Option<KindFilter>, u64)>, Error> {
        let query = sql(Sql::Per {
            sqlite: kinds!(
                "json_extract(content, '$.type')",
                "json_extract(content, '$.kind')",
                "json_extract(content, '$.ptt')",
                "SELECT value FROM json_each($1)"
            ),
            postgres: kinds!(
                "content::json ->> 'type'",
                "content::json ->> 'kind'",
                "(content::json ->> 'ptt')::boolean",
                "SELECT json_array_elements_text($1::json)"
            ),
        });
        let query = query.bind(list(sessions.iter().map(SessionId::as_str)));
        let rows: Vec<KindRow> = self.fetch_all(query.bind(since)).await?;
        let count = |row: KindRow| (kind(&row), u64::try_from(row.found).unwrap_or_default());
        Ok(rows.into_iter().map(count).collect())
    }
}

fn kind(row: &KindRow) -> Option<KindFilter> {
    const MEDIA: [MediaKind; 5] = [
        MediaKind::Image,
        MediaKind::Video,
        MediaKind::Audio,
        MediaKind::Document,
        MediaKind::Sticker,
    ];
    if row.deleted {
        return Some(KindFilter::Revoked);
    }
    let named = |kind: &MediaKind| row.media.as_deref() == Some(kind.as_str());
    match row.tag.as_deref()? {
        "text" => Some(KindFilter::Text),
        "media" if row.ptt => Some(KindFilter::Voice),
        "media" => MEDIA.into_iter().find(named).map(KindFilter::Media),
        "location" => Some(KindFilter::Location),
        "contact" | "contacts" => Some(KindFilter::Contact),
        "poll" => Some(KindFilter::Poll),
        _ => None,
    }
}

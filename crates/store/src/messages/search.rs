use wagon_domain::content::MediaKind;
use wagon_domain::{Jid, Message, MessageId, SessionId, Timestamp, WaMessageId};

use super::read::MessageRow;
use crate::sql::{Query, sql};
use crate::{Error, Store};

/// What a message has to be; `None` is anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// By JID or alias.
    pub chat: Option<Jid>,
    /// By either of a person's addresses.
    pub sender: Option<Jid>,
    pub wa_id: Option<WaMessageId>,
    pub from_me: Option<bool>,
    /// By WhatsApp's time, both ends included.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub kind: Option<KindFilter>,
}

/// Kinds of content that can be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindFilter {
    Text,
    Media(MediaKind),
    /// A recording that was made in the chat.
    Voice,
    Location,
    Contact,
    Poll,
    /// Deleted for everyone.
    Revoked,
}

/// Where a page of found messages begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Start<'a> {
    #[default]
    First,
    /// After so many.
    Offset(u32),
    /// After this one, by the order asked for.
    After(&'a MessageId, Timestamp),
}

macro_rules! found {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM messages WHERE session_id = $1 AND target IS NULL
                AND ($2 IS NULL OR chat_jid = COALESCE(
                    (SELECT jid FROM chats WHERE session_id = $1 AND alias = $2 ORDER BY id DESC LIMIT 1), $2))
                AND ($3 IS NULL OR sender_jid = $3 OR sender_lid = $3)
                AND ($4 IS NULL OR wa_id = $4)
                AND ($5 IS NULL OR from_me = ($5 = 1))
                AND ($6 IS NULL OR wa_time >= $6)
                AND ($7 IS NULL OR wa_time <= $7)
                AND ($8 IS NULL OR content LIKE $8)
                AND ($9 IS NULL OR content NOT LIKE $9)
                AND ($10 IS NULL OR deleted = ($10 = 1))",
            $rest
        )
    };
}

impl MessageFilter {
    fn bind(&self, session: &SessionId, text: &'static str) -> Query {
        let (like, unlike) = self.kind.map_or((None, None), KindFilter::patterns);
        // What was deleted is of no other kind.
        let deleted = self.kind.map(|kind| i64::from(kind == KindFilter::Revoked));
        sql(text)
            .bind(session)
            .bind(self.chat.as_ref().map(Jid::bare).as_ref())
            .bind(self.sender.as_ref().map(Jid::bare).as_ref())
            .bind(self.wa_id.as_ref())
            .bind(self.from_me.map(i64::from))
            .bind(self.since)
            .bind(self.until)
            .bind(like)
            .bind(unlike)
            .bind(deleted)
    }
}

impl KindFilter {
    /// What the stored form of such content is like, and what it is not like. Its type comes first, and
    /// quotes within texts are escaped.
    fn patterns(self) -> (Option<String>, Option<String>) {
        let tagged = |tag: &str| Some(format!("{{\"type\":\"{tag}\"%"));
        let media = |kind: MediaKind, rest: &str| {
            let kind = kind.as_str();
            Some(format!("{{\"type\":\"media\",\"kind\":\"{kind}\"%{rest}"))
        };
        let voice = media(MediaKind::Audio, "\"ptt\":true%");
        match self {
            Self::Text => (tagged("text"), None),
            Self::Media(MediaKind::Audio) => (media(MediaKind::Audio, ""), voice),
            Self::Media(kind) => (media(kind, ""), None),
            Self::Voice => (voice, None),
            Self::Location => (tagged("location"), None),
            // One, or several.
            Self::Contact => (Some("{\"type\":\"contact%".to_owned()), None),
            Self::Poll => (tagged("poll"), None),
            Self::Revoked => (None, None),
        }
    }
}

impl Store {
    /// Messages that match, the one stored last first, or the latest first by WhatsApp's time.
    pub async fn find_messages(
        &self,
        session: &SessionId,
        filter: &MessageFilter,
        start: Start<'_>,
        by_time: bool,
        limit: u32,
    ) -> Result<Vec<Message>, Error> {
        let (after, offset) = match start {
            Start::First => (None, 0),
            Start::Offset(offset) => (None, offset),
            Start::After(id, time) => (Some((id, time)), 0),
        };
        let query = if by_time {
            let text = found!(
                "*",
                " AND ($11 IS NULL OR wa_time < $12 OR (wa_time = $12 AND id < $11))
                 ORDER BY wa_time DESC, id DESC LIMIT $13 OFFSET $14"
            );
            let query = filter.bind(session, text).bind(after.map(|(id, _)| id));
            query.bind(after.map(|(_, time)| time))
        } else {
            let text = found!(
                "*",
                " AND ($11 IS NULL OR id < $11) ORDER BY id DESC LIMIT $12 OFFSET $13"
            );
            filter.bind(session, text).bind(after.map(|(id, _)| id))
        };
        let query = query.bind(limit).bind(offset);
        self.fetch_all::<MessageRow>(query)
            .await?
            .into_iter()
            .map(Message::try_from)
            .collect()
    }

    /// How many messages match.
    pub async fn count_messages(&self, session: &SessionId, filter: &MessageFilter) -> Result<u64, Error> {
        let query = filter.bind(session, found!("COUNT(*)", ""));
        let (count,): (i64,) = self.fetch_one(query).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    pub async fn message_by_id(&self, session: &SessionId, id: &MessageId) -> Result<Option<Message>, Error> {
        let query = sql("SELECT * FROM messages WHERE session_id = $1 AND id = $2")
            .bind(session)
            .bind(id);
        self.fetch_optional::<MessageRow>(query)
            .await?
            .map(Message::try_from)
            .transpose()
    }

    /// What others said about a message: reactions, edits, votes, in the order of their arrival.
    pub async fn messages_about(
        &self,
        session: &SessionId,
        chat: &Jid,
        target: &WaMessageId,
    ) -> Result<Vec<Message>, Error> {
        let query = sql("SELECT * FROM messages
             WHERE session_id = $1 AND chat_jid = $2 AND target = $3 ORDER BY wa_time, id")
        .bind(session)
        .bind(chat)
        .bind(target);
        self.fetch_all::<MessageRow>(query)
            .await?
            .into_iter()
            .map(Message::try_from)
            .collect()
    }
}

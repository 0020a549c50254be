use wagon_domain::{Jid, Message, SessionId, Timestamp};

use super::read::MessageRow;
use crate::sql::{Query, Sql, sql};
use crate::value::list;
use crate::{Error, Store};

/// What messages to find. Empty limits are none.
#[derive(Debug, Clone, Default)]
pub struct MessageSearch {
    /// In the words of the message: text, caption, question or name.
    pub text: String,
    /// Messages of these sessions only.
    pub sessions: Vec<SessionId>,
    pub chat: Option<Jid>,
    /// The author.
    pub from: Option<Jid>,
    pub from_me: Option<bool>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Not after.
    pub until: Option<Timestamp>,
}

/// The condition, with the words of the content as each database reads them out of JSON.
macro_rules! found {
    ($head:literal, $tail:literal) => {
        Sql::Per {
            sqlite: concat!(
                $head,
                " session_id IN (SELECT value FROM json_each($1))
                  AND lower(COALESCE(json_extract(content, '$.text'), json_extract(content, '$.caption'),
                    json_extract(content, '$.name'))) LIKE lower($2) ESCAPE '\\'
                  AND ($3 IS NULL OR chat_jid = $3)
                  AND ($4 IS NULL OR sender_jid = $4 OR sender_lid = $4)
                  AND ($5 IS NULL OR from_me = ($5 = 'true'))
                  AND ($6 IS NULL OR wa_time >= $6) AND ($7 IS NULL OR wa_time <= $7)
                  AND target IS NULL AND NOT deleted ",
                $tail
            ),
            postgres: concat!(
                $head,
                " session_id IN (SELECT json_array_elements_text($1::json))
                  AND lower(COALESCE(content::json ->> 'text', content::json ->> 'caption',
                    content::json ->> 'name')) LIKE lower($2) ESCAPE '\\'
                  AND ($3::text IS NULL OR chat_jid = $3)
                  AND ($4::text IS NULL OR sender_jid = $4 OR sender_lid = $4)
                  AND ($5::text IS NULL OR from_me = ($5 = 'true'))
                  AND ($6::bigint IS NULL OR wa_time >= $6) AND ($7::bigint IS NULL OR wa_time <= $7)
                  AND target IS NULL AND NOT deleted ",
                $tail
            ),
        }
    };
}

impl Store {
    /// Messages with these words in them, newest first, and how many there are.
    pub async fn search_messages(
        &self,
        search: &MessageSearch,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<Message>, u64), Error> {
        let count = found!("SELECT COUNT(*) FROM messages WHERE", "");
        let total: Option<(i64,)> = self.fetch_optional(bind(sql(count), search)).await?;
        let total = total.map_or(0, |(found,)| u64::try_from(found).unwrap_or_default());
        let page = found!(
            "SELECT * FROM messages WHERE",
            "ORDER BY id DESC LIMIT $8 OFFSET $9"
        );
        let query = bind(sql(page), search).bind(limit).bind(offset);
        let messages: Result<Vec<Message>, Error> = self
            .fetch_all::<MessageRow>(query)
            .await?
            .into_iter()
            .map(Message::try_from)
            .collect();
        Ok((messages?, total))
    }
}

fn bind(query: Query, search: &MessageSearch) -> Query {
    query
        .bind(list(search.sessions.iter().map(SessionId::as_str)))
        .bind(crate::contacts::containing(&search.text))
        .bind(search.chat.as_ref())
        .bind(search.from.as_ref())
        .bind(search.from_me.map(|own| if own { "true" } else { "false" }))
        .bind(search.since)
        .bind(search.until)
}

//! Votes, and the polls whose result is still to be told.

use sqlx::FromRow;
use wagon_domain::poll::Ballot;
use wagon_domain::{Jid, SessionId, Timestamp, WaMessageId};

use crate::row::{Row, json};
use crate::sql::{Query, sql};
use crate::{Error, Store, Tx};

/// A poll that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingPoll {
    pub session: SessionId,
    pub chat: Jid,
    pub poll: WaMessageId,
    pub ends_at: Timestamp,
}

#[derive(FromRow)]
struct EndingRow {
    session_id: String,
    chat_jid: String,
    poll_id: String,
    ends_at: i64,
}

impl TryFrom<EndingRow> for EndingPoll {
    type Error = Error;

    fn try_from(row: EndingRow) -> Result<Self, Error> {
        let at = Row::of("poll_recaps", &row.poll_id);
        Ok(Self {
            session: at.parse("session_id", &row.session_id)?,
            chat: at.parse("chat_jid", &row.chat_jid)?,
            poll: at.parse("poll_id", &row.poll_id)?,
            ends_at: Timestamp::from_millis(row.ends_at),
        })
    }
}

#[derive(FromRow)]
struct BallotRow {
    voter: String,
    name: Option<String>,
    options: String,
}

pub(super) fn recap_query(session: &SessionId, chat: &Jid, poll: &WaMessageId, ends_at: Timestamp) -> Query {
    sql(
        "INSERT INTO poll_recaps (session_id, chat_jid, poll_id, ends_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (session_id, poll_id, chat_jid) DO NOTHING",
    )
    .bind(session)
    .bind(chat)
    .bind(poll)
    .bind(ends_at)
}

impl Tx<'_> {
    /// Stores a person's vote in a poll, in place of an earlier one; a late repeat changes nothing.
    pub async fn put_ballot(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        poll: &WaMessageId,
        ballot: &Ballot,
        voted_at: Timestamp,
    ) -> Result<(), Error> {
        let query = sql(
            "INSERT INTO poll_votes (session_id, chat_jid, poll_id, voter, name, options, voted_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (session_id, poll_id, chat_jid, voter) DO UPDATE SET
                name = COALESCE(excluded.name, poll_votes.name),
                options = excluded.options, voted_at = excluded.voted_at
             WHERE poll_votes.voted_at <= excluded.voted_at",
        )
        .bind(session)
        .bind(chat)
        .bind(poll)
        .bind(&ballot.voter)
        .bind(ballot.name.as_deref())
        .bind(json(&ballot.selected))
        .bind(voted_at);
        self.execute(query).await.map(drop)
    }

    pub async fn ballots(
        &mut self,
        session: &SessionId,
        chat: &Jid,
        poll: &WaMessageId,
    ) -> Result<Vec<Ballot>, Error> {
        let query = sql("SELECT voter, name, options FROM poll_votes
             WHERE session_id = $1 AND chat_jid = $2 AND poll_id = $3 ORDER BY voter")
        .bind(session)
        .bind(chat)
        .bind(poll);
        let at = Row::of("poll_votes", poll.as_str());
        self.fetch_all::<BallotRow>(query)
            .await?
            .into_iter()
            .map(|row| {
                Ok(Ballot {
                    voter: at.parse("voter", &row.voter)?,
                    name: row.name,
                    selected: at.json("options", &row.options)?,
                })
            })
            .collect()
    }

    /// Takes a poll off those whose result is to be told; says whether it was there.
    pub async fn take_ended_poll(&mut self, ended: &EndingPoll) -> Result<bool, Error> {
        let query = sql("DELETE FROM poll_recaps WHERE session_id = $1 AND chat_jid = $2 AND poll_id = $3")
            .bind(&ended.session)
            .bind(&ended.chat)
            .bind(&ended.poll);
        Ok(self.execute(query).await? > 0)
    }
}

impl Store {
    /// Polls that have ended by `now` and whose result was not told, earliest first.
    pub async fn ended_polls(&self, now: Timestamp, limit: u32) -> Result<Vec<EndingPoll>, Error> {
        let query = sql("SELECT * FROM poll_recaps WHERE ends_at <= $1 ORDER BY ends_at, poll_id LIMIT $2")
            .bind(now)
            .bind(limit);
        self.fetch_all::<EndingRow>(query)
            .await?
            .into_iter()
            .map(EndingPoll::try_from)
            .collect()
    }

    /// When the next poll ends.
    pub async fn next_poll_end(&self) -> Result<Option<Timestamp>, Error> {
        let (end,): (Option<i64>,) = self
            .fetch_one(sql("SELECT MIN(ends_at) FROM poll_recaps"))
            .await?;
        Ok(end.map(Timestamp::from_millis))
    }
}

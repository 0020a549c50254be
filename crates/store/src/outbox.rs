//! The outbox: accepted sends until WhatsApp has taken or refused them.

use sqlx::FromRow;
use wagon_domain::outbox::{Idempotency, OutboxEntry, OutboxStatus, SendFailure};
use wagon_domain::{OrgId, OutboxId, SessionId, Timestamp};

use crate::messages::sent_query;
use crate::row::{Row, json};
use crate::sql::{Query, sql};
use crate::{Error, Store, Tx};

/// What became of a request to send.
#[expect(
    clippy::large_enum_variant,
    reason = "made once per send and taken apart at once"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    New,
    /// An earlier send of this organisation has the same idempotency key; nothing was stored.
    Existing(OutboxEntry),
}

#[derive(FromRow)]
struct OutboxRow {
    id: String,
    organization_id: String,
    session_id: String,
    idempotency_key: Option<String>,
    fingerprint: Option<Vec<u8>>,
    wa_id: String,
    recipient: String,
    payload: String,
    status: String,
    error: Option<String>,
    created_at: i64,
    updated_at: i64,
    sent_at: Option<i64>,
}

impl TryFrom<OutboxRow> for OutboxEntry {
    type Error = Error;

    fn try_from(row: OutboxRow) -> Result<Self, Error> {
        let at = Row::of("outbox", &row.id);
        let idempotency = match (row.idempotency_key, row.fingerprint) {
            (Some(key), Some(hash)) => Some(Idempotency {
                key,
                fingerprint: at.hash("fingerprint", &hash)?,
            }),
            (None, None) => None,
            _ => return Err(at.corrupt("fingerprint")),
        };
        Ok(Self {
            id: at.parse("id", &row.id)?,
            org: at.parse("organization_id", &row.organization_id)?,
            session: at.parse("session_id", &row.session_id)?,
            idempotency,
            wa_id: at.parse("wa_id", &row.wa_id)?,
            to: at.parse("recipient", &row.recipient)?,
            outgoing: at.json("payload", &row.payload)?,
            status: at.parse("status", &row.status)?,
            error: at.json_optional("error", row.error.as_deref())?,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
            sent_at: row.sent_at.map(Timestamp::from_millis),
        })
    }
}

pub(crate) fn entry_query(entry: &OutboxEntry) -> Query {
    let idempotency = entry.idempotency.as_ref();
    sql(
        "INSERT INTO outbox (id, organization_id, session_id, idempotency_key, fingerprint, wa_id,
                recipient, payload, status, error, created_at, updated_at, sent_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (organization_id, idempotency_key) DO NOTHING",
    )
    .bind(&entry.id)
    .bind(&entry.org)
    .bind(&entry.session)
    .bind(idempotency.map(|i| i.key.as_str()))
    .bind(idempotency.map(|i| &i.fingerprint))
    .bind(&entry.wa_id)
    .bind(&entry.to)
    .bind(json(&entry.outgoing))
    .bind(entry.status.as_str())
    .bind(entry.error.as_ref().map(json))
    .bind(entry.created_at)
    .bind(entry.updated_at)
    .bind(entry.sent_at)
}

fn finish_query(id: &OutboxId, sent_at: Timestamp, now: Timestamp) -> Query {
    sql("UPDATE outbox SET status = 'sent', sent_at = $2, updated_at = $3
         WHERE id = $1 AND status = 'sending'")
    .bind(id)
    .bind(sent_at)
    .bind(now)
}

impl Tx<'_> {
    /// Stores a send unless its idempotency key is taken; of requests that race, one wins.
    pub async fn accept_send(&mut self, entry: &OutboxEntry) -> Result<Accepted, Error> {
        if self.execute(entry_query(entry)).await? > 0 {
            return Ok(Accepted::New);
        }
        let key = entry.idempotency.as_ref().map(|i| i.key.as_str());
        let query = sql("SELECT * FROM outbox WHERE organization_id = $1 AND idempotency_key = $2")
            .bind(&entry.org)
            .bind(key);
        let row: OutboxRow = self.fetch_one(query).await?;
        Ok(Accepted::Existing(row.try_into()?))
    }

    /// Takes a failed send up again; says whether it was failed.
    pub async fn retry_send(&mut self, id: &OutboxId, now: Timestamp) -> Result<bool, Error> {
        let query = sql(
            "UPDATE outbox SET status = 'sending', error = NULL, updated_at = $2
             WHERE id = $1 AND status = 'failed'",
        )
        .bind(id)
        .bind(now);
        Ok(self.execute(query).await? > 0)
    }

    /// WhatsApp took it at `sent_at`; says whether it was still being sent.
    pub async fn finish_send(
        &mut self,
        id: &OutboxId,
        sent_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        Ok(self.execute(finish_query(id, sent_at, now)).await? > 0)
    }

    /// WhatsApp took the message of a send at `sent_at`: [`Tx::finish_send`] and
    /// [`Tx::message_sent`] at once. Says whether both are news.
    pub async fn settle_send(&mut self, entry: &OutboxEntry, sent_at: Timestamp) -> Result<bool, Error> {
        let queries = vec![
            finish_query(&entry.id, sent_at, entry.updated_at),
            sent_query(&entry.session, &entry.to, &entry.wa_id, sent_at),
        ];
        Ok(self.execute_all(queries).await? > 1)
    }

    /// WhatsApp refused it; says whether it was still being sent.
    pub async fn fail_send(
        &mut self,
        id: &OutboxId,
        why: &SendFailure,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql("UPDATE outbox SET status = 'failed', error = $2, updated_at = $3
             WHERE id = $1 AND status = 'sending'")
        .bind(id)
        .bind(json(why))
        .bind(now);
        Ok(self.execute(query).await? > 0)
    }
}

impl Store {
    pub async fn send_by_key(&self, org: &OrgId, key: &str) -> Result<Option<OutboxEntry>, Error> {
        let query = sql("SELECT * FROM outbox WHERE organization_id = $1 AND idempotency_key = $2")
            .bind(org)
            .bind(key);
        self.fetch_optional::<OutboxRow>(query)
            .await?
            .map(OutboxEntry::try_from)
            .transpose()
    }

    pub async fn outbox_entry(&self, org: &OrgId, id: &OutboxId) -> Result<Option<OutboxEntry>, Error> {
        let query = sql("SELECT * FROM outbox WHERE id = $1 AND organization_id = $2")
            .bind(id)
            .bind(org);
        self.fetch_optional::<OutboxRow>(query)
            .await?
            .map(OutboxEntry::try_from)
            .transpose()
    }

    /// What a session still has to send, in the order of acceptance.
    pub async fn unfinished_sends(&self, session: &SessionId) -> Result<Vec<OutboxEntry>, Error> {
        let query = sql("SELECT * FROM outbox WHERE session_id = $1 AND status = $2 ORDER BY seq")
            .bind(session)
            .bind(OutboxStatus::Sending.as_str());
        self.fetch_all::<OutboxRow>(query)
            .await?
            .into_iter()
            .map(OutboxEntry::try_from)
            .collect()
    }

    /// When the sends of a session were accepted, since a time, oldest first; failed ones left out.
    pub async fn send_times(&self, session: &SessionId, since: Timestamp) -> Result<Vec<Timestamp>, Error> {
        let query = sql("SELECT created_at FROM outbox
             WHERE session_id = $1 AND created_at >= $2 AND status <> $3 ORDER BY created_at")
        .bind(session)
        .bind(since)
        .bind(OutboxStatus::Failed.as_str());
        let rows: Vec<(i64,)> = self.fetch_all(query).await?;
        Ok(rows.into_iter().map(|(at,)| Timestamp::from_millis(at)).collect())
    }
}

use wagon_domain::outbox::{OutboxEntry, OutboxStatus};
use wagon_domain::{OutboxId, Timestamp};

use super::row::OutboxRow;
use crate::row::json;
use crate::sql::{Query, sql};
use crate::{Error, Tx};

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

pub(crate) fn entry_query(entry: &OutboxEntry) -> Query {
    let idempotency = entry.idempotency.as_ref();
    sql(
        "INSERT INTO outbox (id, organization_id, session_id, idempotency_key, fingerprint, wa_id, recipient,
                payload, status, error, retry_at, dispatched_at, created_at, updated_at, sent_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
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
    .bind(entry.retry_at)
    .bind(entry.dispatched_at)
    .bind(entry.created_at)
    .bind(entry.updated_at)
    .bind(entry.sent_at)
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

    /// Takes a failed send up again, to be queued or sent at once; says whether it was failed.
    pub async fn retry_send(
        &mut self,
        id: &OutboxId,
        status: OutboxStatus,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql(
            "UPDATE outbox SET status = $2, error = NULL, retry_at = NULL, dispatched_at = $3, updated_at = $4
             WHERE id = $1 AND status = 'failed'",
        )
        .bind(id)
        .bind(status.as_str())
        .bind((status == OutboxStatus::Sending).then_some(now))
        .bind(now);
        Ok(self.execute(query).await? > 0)
    }
}

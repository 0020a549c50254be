use wagon_domain::batch::{Batch, BatchItem, Plan};
use wagon_domain::{BatchId, SessionId, Timestamp};

use crate::row::json;
use crate::sql::sql;
use crate::{Error, Tx};

/// An item to be stored, with what it will say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub item: BatchItem,
    pub plan: Plan,
}

impl Tx<'_> {
    /// Stores a batch; says whether its id was free.
    pub async fn insert_batch(&mut self, batch: &Batch, items: &[Planned]) -> Result<bool, Error> {
        let query = sql(
            "INSERT INTO batches (session_id, id, status, delay_ms, jitter, stop_on_error, next_at, created_at,
                started_at, completed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (session_id, id) DO NOTHING",
        )
        .bind(&batch.session)
        .bind(&batch.id)
        .bind(batch.status.as_str())
        .bind(i64::try_from(batch.pace.delay.as_millis()).unwrap_or(i64::MAX))
        .bind(batch.pace.jitter)
        .bind(batch.pace.stop_on_error)
        .bind(batch.next_at)
        .bind(batch.created_at)
        .bind(batch.started_at)
        .bind(batch.completed_at);
        if self.execute(query).await? == 0 {
            return Ok(false);
        }
        let rows = items.iter().map(|Planned { item, plan }| {
            sql(
                "INSERT INTO batch_items (session_id, batch_id, position, outbox_id, wa_id, recipient, plan,
                    status, error, sent_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(&batch.session)
            .bind(&batch.id)
            .bind(i64::from(item.position))
            .bind(&item.send)
            .bind(&item.wa_id)
            .bind(&item.to)
            .bind(json(plan))
            .bind(item.status.as_str())
            .bind(item.error.as_ref().map(json))
            .bind(item.sent_at)
        });
        self.execute_all(rows.collect()).await?;
        Ok(true)
    }

    /// Forgets some of the batches that ended before `before`; says how many.
    pub async fn prune_batches(&mut self, before: Timestamp, limit: u32) -> Result<u64, Error> {
        let query = sql(
            "DELETE FROM batches WHERE (session_id, id) IN (SELECT session_id, id FROM batches
                WHERE completed_at < $1 AND NOT EXISTS (SELECT 1 FROM batch_items
                    WHERE batch_items.session_id = batches.session_id AND batch_items.batch_id = batches.id
                        AND batch_items.status = 'sending')
                ORDER BY completed_at LIMIT $2)",
        )
        .bind(before)
        .bind(limit);
        self.execute(query).await
    }

    /// Ends a batch that is not over: what waits is cancelled. Says whether there was one.
    pub async fn cancel_batch(
        &mut self,
        session: &SessionId,
        id: &BatchId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql("UPDATE batches SET status = 'cancelled', completed_at = $3
             WHERE session_id = $1 AND id = $2 AND status IN ('pending', 'processing')")
        .bind(session)
        .bind(id)
        .bind(now);
        if self.execute(query).await? == 0 {
            return Ok(false);
        }
        let query = sql("UPDATE batch_items SET status = 'cancelled', plan = NULL
             WHERE session_id = $1 AND batch_id = $2 AND status = 'pending'")
        .bind(session)
        .bind(id);
        self.execute(query).await?;
        Ok(true)
    }
}

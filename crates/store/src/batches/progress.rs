//! The steps of a batch that runs.

use wagon_domain::batch::{BatchItem, BatchStatus};
use wagon_domain::{BatchId, SessionId, Timestamp};

use crate::row::json;
use crate::sql::sql;
use crate::{Error, Tx};

impl Tx<'_> {
    /// It is the item's turn; says whether it may go, which a cancellation in between forbids.
    pub async fn begin_batch_item(
        &mut self,
        session: &SessionId,
        batch: &BatchId,
        position: u32,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql(
            "UPDATE batches SET status = 'processing', started_at = COALESCE(started_at, $3)
             WHERE session_id = $1 AND id = $2 AND status IN ('pending', 'processing')",
        )
        .bind(session)
        .bind(batch)
        .bind(now);
        if self.execute(query).await? == 0 {
            return Ok(false);
        }
        let query = sql("UPDATE batch_items SET status = 'sending'
             WHERE session_id = $1 AND batch_id = $2 AND position = $3 AND status = 'pending'")
        .bind(session)
        .bind(batch)
        .bind(i64::from(position));
        Ok(self.execute(query).await? > 0)
    }

    /// The item did not go out after all: it waits again, unless its batch was cancelled meanwhile.
    pub async fn release_batch_item(
        &mut self,
        session: &SessionId,
        batch: &BatchId,
        position: u32,
    ) -> Result<(), Error> {
        let query = sql(
            "UPDATE batch_items SET status = CASE WHEN (SELECT status FROM batches
                    WHERE batches.session_id = $1 AND batches.id = $2) = 'cancelled'
                THEN 'cancelled' ELSE 'pending' END
             WHERE session_id = $1 AND batch_id = $2 AND position = $3 AND status = 'sending'",
        )
        .bind(session)
        .bind(batch)
        .bind(i64::from(position));
        self.execute(query).await.map(drop)
    }

    /// The item has ended as it says. The next one may go out at `next_at`.
    pub async fn end_batch_item(
        &mut self,
        session: &SessionId,
        batch: &BatchId,
        item: &BatchItem,
        next_at: Timestamp,
    ) -> Result<(), Error> {
        let ended = sql(
            "UPDATE batch_items SET status = $4, error = $5, sent_at = $6, plan = NULL
             WHERE session_id = $1 AND batch_id = $2 AND position = $3 AND status = 'sending'",
        )
        .bind(session)
        .bind(batch)
        .bind(i64::from(item.position))
        .bind(item.status.as_str())
        .bind(item.error.as_ref().map(json))
        .bind(item.sent_at);
        let paced = sql("UPDATE batches SET next_at = $3 WHERE session_id = $1 AND id = $2")
            .bind(session)
            .bind(batch)
            .bind(next_at);
        self.execute_all(vec![ended, paced]).await.map(drop)
    }

    /// Nothing more of the batch goes out; what is left of it keeps its status.
    pub async fn end_batch(
        &mut self,
        session: &SessionId,
        batch: &BatchId,
        status: BatchStatus,
        now: Timestamp,
    ) -> Result<(), Error> {
        let ended = sql("UPDATE batches SET status = $3, completed_at = $4
             WHERE session_id = $1 AND id = $2 AND status IN ('pending', 'processing')")
        .bind(session)
        .bind(batch)
        .bind(status.as_str())
        .bind(now);
        let unplanned = sql("UPDATE batch_items SET plan = NULL WHERE session_id = $1 AND batch_id = $2")
            .bind(session)
            .bind(batch);
        self.execute_all(vec![ended, unplanned]).await.map(drop)
    }
}

use wagon_domain::outbox::{OutboxEntry, OutboxStatus, SendFailure};
use wagon_domain::{OrgId, OutboxId, SessionId, Timestamp};

use super::row::OutboxRow;
use crate::row::json;
use crate::sql::sql;
use crate::{Error, Store, Tx};

impl Tx<'_> {
    /// Takes the next queued sends of a session to be sent now, at most `limit`, in the order of
    /// acceptance.
    pub async fn claim_sends(
        &mut self,
        session: &SessionId,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<OutboxEntry>, Error> {
        let query = sql(
            "UPDATE outbox SET status = 'sending', dispatched_at = $3, updated_at = $3
             WHERE seq IN (SELECT seq FROM outbox
                WHERE session_id = $1 AND status IN ('queued', 'sending') AND status = 'queued'
                ORDER BY seq LIMIT $2)
             RETURNING *",
        )
        .bind(session)
        .bind(limit)
        .bind(now);
        let mut rows: Vec<OutboxRow> = self.fetch_all(query).await?;
        // Neither database promises an order of what an update returns.
        rows.sort_unstable_by_key(|row| row.seq);
        rows.into_iter().map(OutboxEntry::try_from).collect()
    }

    /// Puts a send that did not go out after all back into its place in the queue; says whether it
    /// was being sent.
    pub async fn requeue_send(&mut self, id: &OutboxId, now: Timestamp) -> Result<bool, Error> {
        let query = sql(
            "UPDATE outbox SET status = 'queued', dispatched_at = NULL, updated_at = $2
             WHERE id = $1 AND status = 'sending'",
        )
        .bind(id)
        .bind(now);
        Ok(self.execute(query).await? > 0)
    }

    /// Ends a send that is still queued; `None` if it is not there or not queued any more.
    pub async fn cancel_send(
        &mut self,
        org: &OrgId,
        id: &OutboxId,
        now: Timestamp,
    ) -> Result<Option<OutboxEntry>, Error> {
        let query = sql("UPDATE outbox SET status = 'failed', error = $3, updated_at = $4
             WHERE id = $1 AND organization_id = $2 AND status = 'queued' RETURNING *")
        .bind(id)
        .bind(org)
        .bind(json(&SendFailure::Cancelled))
        .bind(now);
        self.fetch_optional::<OutboxRow>(query)
            .await?
            .map(OutboxEntry::try_from)
            .transpose()
    }

    /// Forgets some of the sends that ended before `before`, oldest first, and with them their
    /// idempotency keys; says how many. A batch that has not noticed yet keeps its send.
    pub async fn prune_sends(&mut self, before: Timestamp, limit: u32) -> Result<u64, Error> {
        let query = sql("DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox
                WHERE status IN ('sent', 'failed') AND updated_at < $1
                    AND NOT EXISTS (SELECT 1 FROM batch_items
                        WHERE batch_items.outbox_id = outbox.id AND batch_items.status = 'sending')
                ORDER BY seq LIMIT $2)")
        .bind(before)
        .bind(limit);
        self.execute(query).await
    }
}

impl Store {
    /// How many sends of a session are queued, counted up to `limit`.
    pub async fn queued_sends(&self, session: &SessionId, limit: u32) -> Result<usize, Error> {
        let query = sql("SELECT COUNT(*) FROM (SELECT seq FROM outbox
             WHERE session_id = $1 AND status IN ('queued', 'sending') AND status = 'queued' LIMIT $2) AS queued")
        .bind(session)
        .bind(limit);
        let (count,): (i64,) = self.fetch_one(query).await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// What a session was sending when it was interrupted, in the order of acceptance.
    pub async fn unfinished_sends(&self, session: &SessionId) -> Result<Vec<OutboxEntry>, Error> {
        let query = sql("SELECT * FROM outbox
             WHERE session_id = $1 AND status IN ('queued', 'sending') AND status = $2 ORDER BY seq")
        .bind(session)
        .bind(OutboxStatus::Sending.as_str());
        self.fetch_all::<OutboxRow>(query)
            .await?
            .into_iter()
            .map(OutboxEntry::try_from)
            .collect()
    }
}

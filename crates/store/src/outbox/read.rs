use wagon_domain::outbox::{OutboxEntry, OutboxStatus, TrackedSend};
use wagon_domain::{OrgId, OutboxId, SessionId, Timestamp};

use super::row::{OutboxRow, TrackedRow};
use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store};

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

    pub async fn send_status(&self, id: &OutboxId) -> Result<Option<OutboxStatus>, Error> {
        let query = sql("SELECT status FROM outbox WHERE id = $1").bind(id);
        let Some((status,)) = self.fetch_optional::<(String,)>(query).await? else {
            return Ok(None);
        };
        Row::of("outbox", id.as_str()).parse("status", &status).map(Some)
    }

    /// A send of a session, with how far its message has come.
    pub async fn tracked_send(
        &self,
        session: &SessionId,
        id: &OutboxId,
    ) -> Result<Option<TrackedSend>, Error> {
        let query = sql("SELECT outbox.*, (SELECT messages.status FROM messages
                WHERE messages.session_id = outbox.session_id AND messages.wa_id = outbox.wa_id
                    AND messages.from_me LIMIT 1) AS message_status
             FROM outbox WHERE session_id = $1 AND id = $2")
        .bind(session)
        .bind(id);
        self.fetch_optional::<TrackedRow>(query)
            .await?
            .map(TrackedSend::try_from)
            .transpose()
    }

    /// The sends of a session in a state (see [`TrackedSend::state`]) or in any, latest first, from
    /// before `before`.
    pub async fn tracked_sends(
        &self,
        session: &SessionId,
        state: Option<&str>,
        before: Option<&OutboxId>,
        limit: u32,
    ) -> Result<Vec<TrackedSend>, Error> {
        let query = sql(
            "SELECT * FROM (SELECT outbox.*, (SELECT messages.status FROM messages
                WHERE messages.session_id = outbox.session_id AND messages.wa_id = outbox.wa_id
                    AND messages.from_me LIMIT 1) AS message_status
                FROM outbox WHERE session_id = $1) AS sends
             WHERE ($2 IS NULL OR seq < (SELECT seq FROM outbox WHERE id = $2))
                AND ($3 IS NULL OR $3 = CASE
                    WHEN status = 'sent' AND message_status IN ('delivered', 'read', 'played')
                    THEN message_status ELSE status END)
             ORDER BY seq DESC LIMIT $4",
        )
        .bind(session)
        .bind(before)
        .bind(state)
        .bind(limit);
        self.fetch_all::<TrackedRow>(query)
            .await?
            .into_iter()
            .map(TrackedSend::try_from)
            .collect()
    }

    /// When sends of a session were taken out of its budget, since a time, oldest first.
    pub async fn send_times(&self, session: &SessionId, since: Timestamp) -> Result<Vec<Timestamp>, Error> {
        let query = sql("SELECT dispatched_at FROM outbox
             WHERE session_id = $1 AND dispatched_at >= $2 ORDER BY dispatched_at")
        .bind(session)
        .bind(since);
        let rows: Vec<(i64,)> = self.fetch_all(query).await?;
        Ok(rows.into_iter().map(|(at,)| Timestamp::from_millis(at)).collect())
    }
}

//! Delivering again what was settled, or what was never to be delivered.

use wagon_domain::{DeliveryId, DeliveryStatus, EventId, Timestamp, Webhook, WebhookId};

use super::fan_out::Wake;
use crate::row::json;
use crate::sql::{Sql, sql, with_lists};
use crate::value::list;
use crate::{Error, Tx};

/// Which part of the log to deliver again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The first event.
    pub from: EventId,
    /// The last one.
    pub to: Option<EventId>,
    pub statuses: Vec<DeliveryStatus>,
    /// Also what the webhook wants and was never meant to get, because it was off or not there.
    pub missed: bool,
    pub limit: u32,
}

impl Tx<'_> {
    /// Puts a delivery behind everything that waits for its webhook and session, with all attempts
    /// before it. One that waits for its next attempt is made due, at its place.
    pub async fn redeliver(
        &mut self,
        webhook: &WebhookId,
        id: &DeliveryId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let position = self.next_position().await?;
        let query = sql("UPDATE webhook_deliveries SET status = 'pending', attempts = 0, next_attempt_at = NULL,
                position = CASE WHEN status IN ('pending', 'failed') THEN position ELSE $3 END, updated_at = $4
             WHERE webhook_id = $1 AND id = $2")
        .bind(webhook)
        .bind(id)
        .bind(position)
        .bind(now);
        self.execute(query).await?;
        self.state.fan_out.wake(Wake::Webhook(webhook.clone()));
        Ok(())
    }

    /// The same for a range, oldest first; says how many there were. At the limit there may be more.
    pub async fn redeliver_range(
        &mut self,
        webhook: &Webhook,
        again: &Again,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let position = self.next_position().await?;
        let last = again.to.as_ref().map_or("evt_~", EventId::as_str).to_owned();
        let settled = again
            .statuses
            .iter()
            .filter(|status| matches!(status, DeliveryStatus::Delivered | DeliveryStatus::Dead));
        let reopen = sql(with_lists!(
            "UPDATE webhook_deliveries SET status = 'pending', attempts = 0, next_attempt_at = NULL,
                position = $6 || '_' || event_id, updated_at = $7
             WHERE id IN (SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND event_id >= $2
                AND event_id <= $3 AND status IN " list "$4" " ORDER BY id LIMIT $5)"
        ))
        .bind(&webhook.id)
        .bind(&again.from)
        .bind(last.as_str())
        .bind(list(settled.map(|status| status.as_str())))
        .bind(again.limit)
        .bind(position.as_str())
        .bind(now);
        let mut count = self.execute(reopen).await?;
        if again.missed {
            let left = again
                .limit
                .saturating_sub(u32::try_from(count).unwrap_or(u32::MAX));
            let missed = sql(Sql::Per {
                sqlite:
                    "INSERT INTO webhook_deliveries (id, webhook_id, event_id, session_id, position, status,
                        attempts, log, created_at, updated_at)
                    SELECT 'dlv_' || substr(e.id, 5) || '_' || substr($1, 4), $1, e.id, e.session_id,
                        $8 || '_' || e.id, 'pending', 0, '[]', $9, $9
                    FROM events AS e WHERE e.organization_id = $2 AND e.id >= $3 AND e.id <= $4
                        AND ($5 IS NULL OR e.session_id = $5)
                        AND EXISTS (SELECT 1 FROM json_each($6) AS n WHERE n.value IN ('*', e.kind))
                        AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d
                            WHERE d.event_id = e.id AND d.webhook_id = $1)
                    ORDER BY e.id LIMIT $7",
                postgres:
                    "INSERT INTO webhook_deliveries (id, webhook_id, event_id, session_id, position, status,
                        attempts, log, created_at, updated_at)
                    SELECT 'dlv_' || substr(e.id, 5) || '_' || substr($1, 4), $1, e.id, e.session_id,
                        $8 || '_' || e.id, 'pending', 0, '[]', $9, $9
                    FROM events AS e WHERE e.organization_id = $2 AND e.id >= $3 AND e.id <= $4
                        AND ($5 IS NULL OR e.session_id = $5)
                        AND EXISTS (SELECT 1 FROM json_array_elements_text($6::json) AS n (value)
                            WHERE n.value IN ('*', e.kind))
                        AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d
                            WHERE d.event_id = e.id AND d.webhook_id = $1)
                    ORDER BY e.id LIMIT $7",
            })
            .bind(&webhook.id)
            .bind(&webhook.org)
            .bind(&again.from)
            .bind(last)
            .bind(webhook.session.as_ref())
            .bind(json(&webhook.events))
            .bind(left)
            .bind(position)
            .bind(now);
            count += self.execute(missed).await?;
        }
        self.state.fan_out.wake(Wake::Webhook(webhook.id.clone()));
        Ok(count)
    }

    /// A place behind every event so far and before every one to come.
    async fn next_position(&mut self) -> Result<String, Error> {
        let next = self.state.log.next_id(self.conn).await;
        let next = next.inspect_err(|_| self.state.failed = true)?;
        Ok(next.as_str().to_owned())
    }
}

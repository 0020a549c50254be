//! The log of deliveries.

use sqlx::FromRow;
use wagon_domain::{Delivery, DeliveryId, DeliveryStatus, OrgId, SessionId, Timestamp, WebhookId};

use crate::row::Row;
use crate::sql::{sql, with_lists};
use crate::value::{Value, list};
use crate::{Error, Store};

/// Which deliveries to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeliveryFilter {
    pub status: Option<DeliveryStatus>,
}

/// Which deliveries that were given up to list.
#[derive(Debug, Clone)]
pub struct GivenUp {
    pub org: OrgId,
    pub webhook: Option<WebhookId>,
    /// `None`: of every session.
    pub sessions: Option<Vec<SessionId>>,
}

#[derive(FromRow)]
struct DeliveryRow {
    id: String,
    webhook_id: String,
    event_id: String,
    kind: String,
    session_id: String,
    status: String,
    attempts: i64,
    next_attempt_at: Option<i64>,
    log: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = Error;

    fn try_from(row: DeliveryRow) -> Result<Self, Error> {
        let at = Row::of("webhook_deliveries", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            webhook: at.parse("webhook_id", &row.webhook_id)?,
            event: at.parse("event_id", &row.event_id)?,
            session: at.parse("session_id", &row.session_id)?,
            status: at.parse("status", &row.status)?,
            attempts: u32::try_from(row.attempts).map_err(|_| at.corrupt("attempts"))?,
            next_attempt_at: row.next_attempt_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
            log: at.json("log", &row.log)?,
            kind: row.kind,
        })
    }
}

impl Store {
    /// A webhook's deliveries before the cursor, newest event first.
    pub async fn deliveries(
        &self,
        webhook: &WebhookId,
        filter: DeliveryFilter,
        before: Option<&DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, Error> {
        let query = sql(
            "SELECT d.*, e.kind FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id
             WHERE d.webhook_id = $1 AND ($2 IS NULL OR d.status = $2) AND ($3 IS NULL OR d.id < $3)
             ORDER BY d.id DESC LIMIT $4",
        )
        .bind(webhook)
        .bind(filter.status.map(DeliveryStatus::as_str))
        .bind(before)
        .bind(limit);
        self.fetch_all::<DeliveryRow>(query)
            .await?
            .into_iter()
            .map(Delivery::try_from)
            .collect()
    }

    pub async fn delivery(&self, webhook: &WebhookId, id: &DeliveryId) -> Result<Option<Delivery>, Error> {
        let query = sql(
            "SELECT d.*, e.kind FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id
             WHERE d.webhook_id = $1 AND d.id = $2",
        )
        .bind(webhook)
        .bind(id);
        let row: Option<DeliveryRow> = self.fetch_optional(query).await?;
        row.map(Delivery::try_from).transpose()
    }

    /// Deliveries that were given up, of an organisation's webhooks in the OpenWA dialect, newest first.
    pub async fn given_up(&self, filter: &GivenUp, limit: u32, offset: u32) -> Result<Vec<Delivery>, Error> {
        let query = sql(with_lists!(
            "SELECT d.*, e.kind FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id
                JOIN webhooks AS w ON w.id = d.webhook_id
             WHERE w.organization_id = $1 AND w.openwa IS NOT NULL AND d.status = 'dead'
                AND ($2 IS NULL OR d.webhook_id = $2)
                AND ($3 IS NULL OR d.session_id IN " list "$3" ")
             ORDER BY d.id DESC LIMIT $4 OFFSET $5"
        ))
        .bind(&filter.org)
        .bind(filter.webhook.as_ref())
        .bind(filter.sessions.as_ref().map_or(Value::Text(None), |sessions| {
            list(sessions.iter().map(SessionId::as_str))
        }))
        .bind(limit)
        .bind(offset);
        self.fetch_all::<DeliveryRow>(query)
            .await?
            .into_iter()
            .map(Delivery::try_from)
            .collect()
    }

    /// When something was last sent to the webhook.
    pub async fn last_attempt(&self, webhook: &WebhookId) -> Result<Option<Timestamp>, Error> {
        let query =
            sql("SELECT MAX(updated_at) FROM webhook_deliveries WHERE webhook_id = $1 AND attempts > 0")
                .bind(webhook);
        let row: Option<(Option<i64>,)> = self.fetch_optional(query).await?;
        Ok(row.and_then(|(at,)| at).map(Timestamp::from_millis))
    }
}

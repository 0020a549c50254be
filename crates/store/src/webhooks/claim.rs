//! What is to be delivered now.

use sqlx::FromRow;
use wagon_domain::webhook::Attempt;
use wagon_domain::{DeliveryId, Event, SessionId, Timestamp, WebhookId};

use super::fan_out::lane;
use crate::events::EventRow;
use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store};

/// The deliveries of one session to one webhook: they go one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lane {
    pub webhook: WebhookId,
    pub session: SessionId,
}

/// A delivery to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub id: DeliveryId,
    pub event: Event,
    /// Attempts so far.
    pub attempts: u32,
    /// Not before then.
    pub not_before: Option<Timestamp>,
    pub log: Vec<Attempt>,
}

#[derive(FromRow)]
struct DueRow {
    delivery_id: String,
    attempts: i64,
    next_attempt_at: Option<i64>,
    log: String,
    #[sqlx(flatten)]
    event: EventRow,
}

impl TryFrom<DueRow> for Due {
    type Error = Error;

    fn try_from(row: DueRow) -> Result<Self, Error> {
        let at = Row::of("webhook_deliveries", &row.delivery_id);
        Ok(Self {
            id: at.parse("id", &row.delivery_id)?,
            attempts: u32::try_from(row.attempts).map_err(|_| at.corrupt("attempts"))?,
            not_before: row.next_attempt_at.map(Timestamp::from_millis),
            log: at.json("log", &row.log)?,
            event: row.event.try_into()?,
        })
    }
}

impl Store {
    /// The first deliveries of a lane that are not settled, in their order.
    pub async fn due_deliveries(&self, lane: &Lane, limit: u32) -> Result<Vec<Due>, Error> {
        let query = sql(
            "SELECT d.id AS delivery_id, d.attempts, d.next_attempt_at, d.log, e.id, e.organization_id,
                e.session_id, e.body, e.created_at
             FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id
             WHERE d.webhook_id = $1 AND d.session_id = $2 AND d.status IN ('pending', 'failed')
             ORDER BY d.position LIMIT $3",
        )
        .bind(&lane.webhook)
        .bind(&lane.session)
        .bind(limit);
        self.fetch_all::<DueRow>(query)
            .await?
            .into_iter()
            .map(Due::try_from)
            .collect()
    }

    /// Every lane that something is to be delivered in, of one webhook or of all.
    pub async fn open_lanes(&self, webhook: Option<&WebhookId>) -> Result<Vec<Lane>, Error> {
        let query = sql("SELECT DISTINCT webhook_id, session_id FROM webhook_deliveries
             WHERE status IN ('pending', 'failed') AND ($1 IS NULL OR webhook_id = $1)")
        .bind(webhook);
        self.fetch_all::<(String, String)>(query)
            .await?
            .into_iter()
            .map(|(webhook, session)| lane(&webhook, &session))
            .collect()
    }
}

//! What became of an attempt.

use wagon_domain::webhook::Attempt;
use wagon_domain::{DeliveryId, DeliveryStatus, Timestamp};

use crate::row::json;
use crate::sql::sql;
use crate::{Error, Tx};

/// The new state of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub id: DeliveryId,
    pub status: DeliveryStatus,
    pub attempts: u32,
    pub next_attempt_at: Option<Timestamp>,
    pub log: Vec<Attempt>,
    pub at: Timestamp,
}

impl Tx<'_> {
    /// Notes it, unless the delivery is gone, with its webhook or session.
    pub async fn settle_delivery(&mut self, settled: &Settled) -> Result<(), Error> {
        let query = sql(
            "UPDATE webhook_deliveries SET status = $2, attempts = $3, next_attempt_at = $4,
                log = $5, updated_at = $6 WHERE id = $1",
        )
        .bind(&settled.id)
        .bind(settled.status.as_str())
        .bind(settled.attempts)
        .bind(settled.next_attempt_at)
        .bind(json(&settled.log))
        .bind(settled.at);
        self.execute(query).await.map(drop)
    }
}

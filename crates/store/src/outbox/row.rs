use sqlx::FromRow;
use wagon_domain::Timestamp;
use wagon_domain::outbox::{Idempotency, OutboxEntry, TrackedSend};

use crate::Error;
use crate::row::Row;

#[derive(FromRow)]
pub(super) struct OutboxRow {
    /// The order of acceptance.
    pub(super) seq: i64,
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
    retry_at: Option<i64>,
    dispatched_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    sent_at: Option<i64>,
}

/// A send beside its message's status.
#[derive(FromRow)]
pub(super) struct TrackedRow {
    #[sqlx(flatten)]
    entry: OutboxRow,
    message_status: Option<String>,
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
            retry_at: row.retry_at.map(Timestamp::from_millis),
            dispatched_at: row.dispatched_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
            sent_at: row.sent_at.map(Timestamp::from_millis),
        })
    }
}

impl TryFrom<TrackedRow> for TrackedSend {
    type Error = Error;

    fn try_from(row: TrackedRow) -> Result<Self, Error> {
        let message =
            Row::of("messages", &row.entry.wa_id).parse_optional("status", row.message_status.as_deref())?;
        Ok(Self {
            entry: row.entry.try_into()?,
            message,
        })
    }
}

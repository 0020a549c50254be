use std::time::Duration;

use sqlx::FromRow;
use wagon_domain::batch::{Batch, BatchItem, Pace, Plan};
use wagon_domain::{BatchId, OutboxId, SessionId, Timestamp};

use crate::row::Row;
use crate::sql::sql;
use crate::{Error, Store};

#[derive(FromRow)]
pub(super) struct BatchRow {
    session_id: String,
    id: String,
    status: String,
    delay_ms: i64,
    jitter: bool,
    stop_on_error: bool,
    next_at: Option<i64>,
    created_at: i64,
    started_at: Option<i64>,
    completed_at: Option<i64>,
}

#[derive(FromRow)]
struct ItemRow {
    position: i64,
    outbox_id: String,
    wa_id: String,
    recipient: String,
    status: String,
    error: Option<String>,
    sent_at: Option<i64>,
}

#[derive(FromRow)]
struct TurnRow {
    #[sqlx(flatten)]
    item: ItemRow,
    plan: Option<String>,
}

/// The item whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchTurn {
    pub item: BatchItem,
    /// Missing once the item has ended.
    pub plan: Option<Plan>,
}

/// A batch that is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBatch {
    pub session: SessionId,
    pub id: BatchId,
}

impl TryFrom<BatchRow> for Batch {
    type Error = Error;

    fn try_from(row: BatchRow) -> Result<Self, Error> {
        let at = Row::of("batches", &row.id);
        let delay = u64::try_from(row.delay_ms).map_err(|_| at.corrupt("delay_ms"))?;
        Ok(Self {
            session: at.parse("session_id", &row.session_id)?,
            id: at.parse("id", &row.id)?,
            status: at.parse("status", &row.status)?,
            pace: Pace {
                delay: Duration::from_millis(delay),
                jitter: row.jitter,
                stop_on_error: row.stop_on_error,
            },
            next_at: row.next_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            started_at: row.started_at.map(Timestamp::from_millis),
            completed_at: row.completed_at.map(Timestamp::from_millis),
        })
    }
}

impl TryFrom<ItemRow> for BatchItem {
    type Error = Error;

    fn try_from(row: ItemRow) -> Result<Self, Error> {
        let at = Row::of("batch_items", &row.outbox_id);
        Ok(Self {
            position: u32::try_from(row.position).map_err(|_| at.corrupt("position"))?,
            send: at.parse("outbox_id", &row.outbox_id)?,
            wa_id: at.parse("wa_id", &row.wa_id)?,
            to: at.parse("recipient", &row.recipient)?,
            status: at.parse("status", &row.status)?,
            error: at.json_optional("error", row.error.as_deref())?,
            sent_at: row.sent_at.map(Timestamp::from_millis),
        })
    }
}

impl Store {
    pub async fn batch(&self, session: &SessionId, id: &BatchId) -> Result<Option<Batch>, Error> {
        let query = sql("SELECT * FROM batches WHERE session_id = $1 AND id = $2")
            .bind(session)
            .bind(id);
        self.fetch_optional::<BatchRow>(query)
            .await?
            .map(Batch::try_from)
            .transpose()
    }

    /// The items of a batch in their order.
    pub async fn batch_items(&self, session: &SessionId, id: &BatchId) -> Result<Vec<BatchItem>, Error> {
        let query = sql(
            "SELECT position, outbox_id, wa_id, recipient, status, error, sent_at FROM batch_items
             WHERE session_id = $1 AND batch_id = $2 ORDER BY position",
        )
        .bind(session)
        .bind(id);
        self.fetch_all::<ItemRow>(query)
            .await?
            .into_iter()
            .map(BatchItem::try_from)
            .collect()
    }

    /// The first item that has not ended.
    pub async fn batch_turn(&self, session: &SessionId, id: &BatchId) -> Result<Option<BatchTurn>, Error> {
        let query = sql("SELECT * FROM batch_items
             WHERE session_id = $1 AND batch_id = $2 AND status IN ('pending', 'sending')
             ORDER BY position LIMIT 1")
        .bind(session)
        .bind(id);
        let Some(TurnRow { item, plan }) = self.fetch_optional::<TurnRow>(query).await? else {
            return Ok(None);
        };
        let at = Row::of("batch_items", &item.outbox_id);
        let plan = at.json_optional("plan", plan.as_deref())?;
        Ok(Some(BatchTurn {
            item: item.try_into()?,
            plan,
        }))
    }

    /// Every batch that is not over, and every one with an item under way.
    pub async fn open_batches(&self) -> Result<Vec<OpenBatch>, Error> {
        let query = sql("SELECT session_id, id FROM batches
             WHERE status IN ('pending', 'processing') OR EXISTS (SELECT 1 FROM batch_items
                WHERE batch_items.session_id = batches.session_id AND batch_items.batch_id = batches.id
                    AND batch_items.status = 'sending')
             ORDER BY created_at, session_id, id");
        let rows: Vec<(String, String)> = self.fetch_all(query).await?;
        rows.iter()
            .map(|(session, id)| {
                let at = Row::of("batches", id);
                Ok(OpenBatch {
                    session: at.parse("session_id", session)?,
                    id: at.parse("id", id)?,
                })
            })
            .collect()
    }

    /// Whether a batch is still going to send under this id: the files of the send are kept till then.
    pub async fn is_planned(&self, send: &OutboxId) -> Result<bool, Error> {
        let query =
            sql("SELECT position FROM batch_items WHERE outbox_id = $1 AND plan IS NOT NULL").bind(send);
        Ok(self.fetch_optional::<(i64,)>(query).await?.is_some())
    }
}

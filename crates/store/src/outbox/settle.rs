use wagon_domain::outbox::{OutboxEntry, SendFailure};
use wagon_domain::{OutboxId, Timestamp};

use crate::messages::sent_query;
use crate::row::json;
use crate::sql::{Query, sql};
use crate::{Error, Tx};

fn finish_query(id: &OutboxId, sent_at: Timestamp, now: Timestamp) -> Query {
    sql("UPDATE outbox SET status = 'sent', sent_at = $2, updated_at = $3
         WHERE id = $1 AND status = 'sending'")
    .bind(id)
    .bind(sent_at)
    .bind(now)
}

/// What is news in the acknowledgement of a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledged {
    /// The send was open.
    pub send: bool,
    /// Its message was pending. A receipt may have been faster and have moved it on.
    pub message: bool,
}

impl Tx<'_> {
    /// WhatsApp took it at `sent_at`; says whether it was still being sent.
    pub async fn finish_send(
        &mut self,
        id: &OutboxId,
        sent_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        Ok(self.execute(finish_query(id, sent_at, now)).await? > 0)
    }

    /// WhatsApp took the message of a send at `sent_at`: [`Tx::finish_send`] and
    /// [`Tx::message_sent`] at once.
    pub async fn settle_send(
        &mut self,
        entry: &OutboxEntry,
        sent_at: Timestamp,
    ) -> Result<Acknowledged, Error> {
        let mut queries = vec![finish_query(&entry.id, sent_at, entry.updated_at)];
        let ids = entry.message_ids();
        queries.extend(
            ids.iter()
                .map(|id| sent_query(&entry.session, &entry.to, id, sent_at)),
        );
        // An open send is the first of the rows: no message is pending once its send is done.
        let changed = self.execute_all(queries).await?;
        Ok(Acknowledged {
            send: changed > 0,
            message: changed > 1,
        })
    }

    /// It will not go out; says whether it was still being sent.
    pub async fn fail_send(
        &mut self,
        id: &OutboxId,
        why: &SendFailure,
        retry_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let query = sql(
            "UPDATE outbox SET status = 'failed', error = $2, retry_at = $3, updated_at = $4
             WHERE id = $1 AND status = 'sending'",
        )
        .bind(id)
        .bind(json(why))
        .bind(retry_at)
        .bind(now);
        Ok(self.execute(query).await? > 0)
    }
}

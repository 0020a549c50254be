use wagon_domain::batch::{Batch, BatchItem, BatchStatus, ItemStatus, Pace};
use wagon_domain::{BatchId, Caller, Capability, OutboxId, SessionId, SessionStatus, WaMessageId};
use wagon_store::Planned;

use super::{Batches, Inner, NewItem};
use crate::error::{Conflict, Error};

/// A batch to be sent.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// One is made up unless given.
    pub id: Option<BatchId>,
    pub items: Vec<NewItem>,
    pub pace: Pace,
    /// The most bytes of a file.
    pub file_limit: usize,
}

/// When to come back while too many batches run.
const BUSY: std::time::Duration = std::time::Duration::from_secs(10);

impl Batches {
    /// Stores a batch, with the files that came with it, and begins to send it. Of items that are the
    /// same, the first counts. Answers it with the number of its items.
    pub async fn start(
        &self,
        caller: &Caller,
        session: &SessionId,
        request: NewBatch,
    ) -> Result<(Batch, usize), Error> {
        let inner = &self.inner;
        let sessions = &inner.parts.sessions;
        let session = sessions.require(caller, session, Capability::Send).await?;
        let up = matches!(
            session.status,
            SessionStatus::Starting | SessionStatus::ScanQrCode | SessionStatus::Working
        );
        if !up {
            return Err(Error::NotConnected);
        }
        let limit = inner.parts.at_once;
        if limit > 0 && inner.running().len() >= limit {
            return Err(Error::TooManyRequests { retry_after: BUSY });
        }
        let id = request.id.unwrap_or_else(|| BatchId::generate(&mut rand::rng()));
        // Before any work; what counts is the same check with the insertion.
        if inner.parts.store.batch(&session.id, &id).await?.is_some() {
            return Err(Error::Conflict(Conflict::BatchExists));
        }
        let batch = Batch {
            session: session.id.clone(),
            id,
            status: BatchStatus::Pending,
            pace: request.pace,
            next_at: None,
            created_at: inner.parts.clock.now(),
            started_at: None,
            completed_at: None,
        };
        let planned = inner.plan(distinct(request.items), request.file_limit).await?;
        let count = planned.len();
        let sends: Vec<OutboxId> = planned.iter().map(|planned| planned.item.send.clone()).collect();
        let row = batch.clone();
        let stored = inner
            .parts
            .store
            .write(move |tx| Box::pin(async move { tx.insert_batch(&row, &planned).await }))
            .await;
        if !matches!(stored, Ok(true)) {
            inner.drop_files(&sends).await;
        }
        if !stored? {
            return Err(Error::Conflict(Conflict::BatchExists));
        }
        inner.spawn(batch.session.clone(), batch.id.clone());
        Ok((batch, count))
    }
}

impl Inner {
    async fn plan(&self, items: Vec<NewItem>, limit: usize) -> Result<Vec<Planned>, Error> {
        let mut planned: Vec<Planned> = Vec::with_capacity(items.len());
        for (position, item) in (0..).zip(items) {
            let send = OutboxId::from_ulid(self.ids.next(self.parts.clock.now(), &mut rand::rng()));
            let to = item.to.bare();
            let plan = match item.plan(&self.parts.messages, &send, limit).await {
                Ok(plan) => plan,
                Err(error) => {
                    let kept: Vec<_> = planned.into_iter().map(|planned| planned.item.send).collect();
                    self.drop_files(&kept).await;
                    return Err(error);
                }
            };
            let item = BatchItem {
                position,
                send,
                wa_id: WaMessageId::generate(&mut rand::rng()),
                to,
                status: ItemStatus::Pending,
                error: None,
                sent_at: None,
            };
            planned.push(Planned { item, plan });
        }
        Ok(planned)
    }

    /// The sends will not be.
    pub(super) async fn drop_files(&self, sends: &[OutboxId]) {
        for send in sends {
            self.parts.messages.drop_planned(send).await;
        }
    }
}

fn distinct(items: Vec<NewItem>) -> Vec<NewItem> {
    let mut kept: Vec<NewItem> = Vec::with_capacity(items.len());
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::ItemBody;
    use super::*;

    #[test]
    fn of_items_that_are_the_same_the_first_counts() {
        let item = |to: &str, name: &str| NewItem {
            to: to.parse().unwrap(),
            body: ItemBody::Text("Hi {{name}}".to_owned()),
            mentions: Vec::new(),
            variables: [("name".to_owned(), name.to_owned())].into(),
        };
        let (ada, eve) = ("15550000001@s.whatsapp.net", "15550000002@s.whatsapp.net");
        let items = vec![item(ada, "a"), item(eve, "e"), item(ada, "a"), item(ada, "b")];
        let expected = vec![item(ada, "a"), item(eve, "e"), item(ada, "b")];
        assert_eq!(distinct(items), expected);
    }
}

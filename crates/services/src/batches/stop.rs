use std::time::Duration;

use wagon_domain::batch::ItemStatus;
use wagon_domain::{BatchId, Caller, Capability, OutboxId, SessionId};

use super::{BatchReport, Batches};
use crate::error::{Conflict, Error};

/// How long a cancellation waits for the message that is on its way.
const SETTLING: Duration = Duration::from_secs(10);

impl Batches {
    /// Ends a batch. A message that is on its way still arrives; what waits does not go out.
    pub async fn cancel(
        &self,
        caller: &Caller,
        session: &SessionId,
        id: &BatchId,
    ) -> Result<BatchReport, Error> {
        let inner = &self.inner;
        inner
            .parts
            .sessions
            .require(caller, session, Capability::Send)
            .await?;
        let (target, batch, now) = (session.clone(), id.clone(), inner.parts.clock.now());
        let cancelled = inner
            .parts
            .store
            .write(move |tx| Box::pin(async move { tx.cancel_batch(&target, &batch, now).await }))
            .await?;
        if !cancelled {
            let BatchReport { batch, .. } = inner.report(session, id).await?;
            return Err(Error::Conflict(Conflict::BatchOver(batch.status)));
        }
        let running = inner.running().get(&(session.clone(), id.clone())).cloned();
        if let Some(running) = running {
            running.cancelled.cancel();
            // Past it, the report says that one is still under way.
            let _ = tokio::time::timeout(SETTLING, running.over.cancelled()).await;
        }
        let report = inner.report(session, id).await?;
        let left: Vec<OutboxId> = report
            .items
            .iter()
            .filter(|item| item.status == ItemStatus::Cancelled)
            .map(|item| item.send.clone())
            .collect();
        inner.drop_files(&left).await;
        Ok(report)
    }
}

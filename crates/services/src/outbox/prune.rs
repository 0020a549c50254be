//! Forgetting what ended long ago.

use std::time::Duration;

use super::Outbox;
use crate::error::Error;

/// How long a finished send can be looked up, and its idempotency key stands for it.
const RETENTION: Duration = Duration::from_hours(7 * 24);
const EVERY: Duration = Duration::from_hours(1);
/// Rows in one transaction: others wait for it.
const BATCH: u32 = 500;

impl Outbox {
    /// Forgets finished sends and batches once they are old, now and every hour.
    pub(crate) async fn prune_on(self) {
        let stop = &self.inner.parts.stop;
        let mut tick = tokio::time::interval(EVERY);
        while stop.run_until_cancelled(tick.tick()).await.is_some() {
            if let Err(error) = self.prune().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "old sends were not removed"
                );
            }
        }
    }

    async fn prune(&self) -> Result<(), Error> {
        let parts = &self.inner.parts;
        let before = parts.clock.now() - RETENTION;
        loop {
            let removed = parts
                .store
                .write(move |tx| {
                    Box::pin(async move {
                        Ok(tx.prune_batches(before, BATCH).await? + tx.prune_sends(before, BATCH).await?)
                    })
                })
                .await?;
            if removed == 0 || parts.stop.is_cancelled() {
                return Ok(());
            }
        }
    }
}

//! Taking a queued send back.

use wagon_domain::outbox::OutboxEntry;
use wagon_domain::{MessageStatus, OrgId, OutboxId};

use super::{Outbox, record};
use crate::error::Error;

impl Outbox {
    /// Ends a send that is still queued; `None` if it is not queued any more.
    pub(crate) async fn cancel(&self, org: &OrgId, id: &OutboxId) -> Result<Option<OutboxEntry>, Error> {
        let parts = &self.inner.parts;
        let (org, id, now) = (org.clone(), id.clone(), parts.clock.now());
        let cancelled = parts
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let cancelled = tx.cancel_send(&org, &id, now).await?;
                    if let Some(entry) = &cancelled {
                        record::move_messages(tx, entry, MessageStatus::Failed).await?;
                        tx.append_event(record::status_event(entry, MessageStatus::Failed, now))
                            .await?;
                    }
                    Ok(cancelled)
                })
            })
            .await?;
        if let Some(entry) = &cancelled {
            self.inner.drop_files(entry).await;
        }
        Ok(cancelled)
    }
}

//! From a request to a row: the send, its message, and the event that tells of it, in one.

use bytes::Bytes;
use wagon_crash_point::Step;
use wagon_domain::MessageStatus;
use wagon_domain::outbox::{OutboxEntry, OutboxStatus};
use wagon_store::{Accepted, NewMessage};

use super::{Outbox, record};
use crate::error::Error;

impl Outbox {
    /// Stores a send together with its message, which is pending from now on: receipts that come
    /// before the acknowledgement is recorded find it. Of a send that waits, an event tells.
    pub(crate) async fn accept(&self, entry: &OutboxEntry, files: Vec<Bytes>) -> Result<Accepted, Error> {
        self.inner.keep_files(entry, files).await?;
        wagon_crash_point::pass(Step::SendMediaKept);
        let accepted = self.store(entry).await;
        if !matches!(accepted, Ok(Accepted::New)) {
            self.inner.drop_files(entry).await;
        }
        accepted
    }

    /// The same for a send whose files are kept already.
    pub(crate) async fn accept_kept(&self, entry: &OutboxEntry) -> Result<Accepted, Error> {
        self.store(entry).await
    }

    async fn store(&self, entry: &OutboxEntry) -> Result<Accepted, Error> {
        let messages: Vec<NewMessage> = self.inner.messages(entry).await?;
        let row = entry.clone();
        let accepted = self
            .inner
            .parts
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let accepted = tx.accept_messages(&row, &messages).await?;
                    if accepted == Accepted::New && row.status == OutboxStatus::Queued {
                        let event = record::status_event(&row, MessageStatus::Pending, row.created_at);
                        tx.append_event(event).await?;
                    }
                    Ok(accepted)
                })
            })
            .await?;
        wagon_crash_point::pass(Step::SendStored);
        self.inner.parts.polls.stored([&entry.outgoing.content()]);
        Ok(accepted)
    }

    /// Takes a failed send up again, with the id it had: queued, or to be sent at once.
    pub(crate) async fn accept_again(
        &self,
        failed: OutboxEntry,
        status: OutboxStatus,
        files: Vec<Bytes>,
    ) -> Result<OutboxEntry, Error> {
        self.inner.keep_files(&failed, files).await?;
        let now = self.inner.parts.clock.now();
        let entry = OutboxEntry {
            status,
            error: None,
            retry_at: None,
            dispatched_at: (status == OutboxStatus::Sending).then_some(now),
            updated_at: now,
            ..failed
        };
        let row = entry.clone();
        self.inner
            .parts
            .store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.retry_send(&row.id, status, now).await? {
                        record::move_messages(tx, &row, MessageStatus::Pending).await?;
                        if status == OutboxStatus::Queued {
                            let event = record::status_event(&row, MessageStatus::Pending, now);
                            tx.append_event(event).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(entry)
    }
}

//! The bytes of sends: kept from acceptance to the end, and no longer.

use std::collections::HashSet;

use bytes::Bytes;
use ulid::Ulid;
use wagon_domain::outbox::{OutboxEntry, OutboxStatus};
use wagon_domain::{OutboxId, Timestamp};
use wagon_media::MediaKey;

use super::{Inner, Outbox};
use crate::error::Error;

impl Inner {
    /// Keeps the bytes of a send's attachments. To be called before the send is stored, so that a
    /// stored one has them.
    pub(super) async fn keep_files(&self, entry: &OutboxEntry, files: Vec<Bytes>) -> Result<(), Error> {
        for (index, bytes) in files.into_iter().enumerate() {
            let key = MediaKey::outgoing(&entry.id, index);
            let kept = self.parts.files.put(&key, bytes).await;
            if let Err(error) = kept {
                self.drop_files(entry).await;
                return Err(Error::internal(error));
            }
        }
        Ok(())
    }

    /// The bytes of a send's attachments; `None` when one is missing.
    pub(super) async fn files(&self, entry: &OutboxEntry) -> Result<Option<Vec<Bytes>>, Error> {
        let count = entry.outgoing.attachments().len();
        let mut files = Vec::with_capacity(count);
        for index in 0..count {
            let key = MediaKey::outgoing(&entry.id, index);
            let file = self.parts.files.get(&key).await.map_err(Error::internal)?;
            let Some(bytes) = file else { return Ok(None) };
            files.push(bytes);
        }
        Ok(Some(files))
    }

    /// The send has ended, or was not stored: nobody needs its bytes. What cannot be dropped now is
    /// found at the next start.
    pub(super) async fn drop_files(&self, entry: &OutboxEntry) {
        for index in 0..entry.outgoing.attachments().len() {
            let key = MediaKey::outgoing(&entry.id, index);
            if let Err(error) = self.parts.files.delete(&key).await {
                tracing::warn!(outbox.id = %entry.id, error = &error as &dyn std::error::Error, "the media of a send was not dropped");
            }
        }
    }
}

impl Outbox {
    /// Keeps the file of a send that is going to be accepted later.
    pub(crate) async fn keep_planned(&self, send: &OutboxId, bytes: Bytes) -> Result<(), Error> {
        let key = MediaKey::outgoing(send, 0);
        self.inner
            .parts
            .files
            .put(&key, bytes)
            .await
            .map_err(Error::internal)
    }

    /// It is not.
    pub(crate) async fn drop_planned(&self, send: &OutboxId) {
        if let Err(error) = self.inner.parts.files.drop_outgoing(send).await {
            tracing::warn!(outbox.id = %send, error = &error as &dyn std::error::Error, "the media of a send was not dropped");
        }
    }

    /// Drops bytes that a crash left behind: of sends that ended, or that were never stored. Those
    /// accepted after `start` are not looked at.
    pub(crate) async fn sweep(self, start: Timestamp) {
        if let Err(error) = self.inner.sweep(start).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "left-over media was not swept"
            );
        }
    }
}

impl Inner {
    async fn sweep(&self, start: Timestamp) -> Result<(), Error> {
        let millis = u64::try_from(start.as_millis()).unwrap_or_default();
        let first_new = OutboxId::from_ulid(Ulid::from_parts(millis, 0));
        let kept: HashSet<OutboxId> = self.parts.files.outgoing().await.map_err(Error::internal)?;
        for id in kept.into_iter().filter(|id| *id < first_new) {
            let status = self.parts.store.send_status(&id).await?;
            let open = matches!(status, Some(OutboxStatus::Queued | OutboxStatus::Sending))
                || (status.is_none() && self.parts.store.is_planned(&id).await?);
            if !open {
                self.parts
                    .files
                    .drop_outgoing(&id)
                    .await
                    .map_err(Error::internal)?;
            }
        }
        Ok(())
    }
}

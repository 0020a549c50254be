//! Fetched media is kept for as long as its message: not beyond retention, a revoke or a deleted chat.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio_util::sync::CancellationToken;
use wagon_domain::{MessageId, SessionId};
use wagon_media::{MediaKey, MediaStore};
use wagon_store::Store;

use crate::error::Error;

const EVERY: Duration = Duration::from_hours(1);
/// Files that one question to the store is about.
const BATCH: usize = 500;

/// Drops files without a message, now and every hour, until `stop`.
pub(crate) async fn run(store: Store, files: MediaStore, stop: CancellationToken) {
    let mut tick = tokio::time::interval(EVERY);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        match stop.run_until_cancelled(sweep(&store, &files)).await {
            Some(Ok(dropped)) if dropped > 0 => {
                tracing::info!(files = dropped, "media of messages that are gone deleted");
            }
            Some(Err(error)) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "media of messages that are gone was not deleted"
            ),
            _ => {}
        }
    }
}

/// How many files were dropped.
async fn sweep(store: &Store, files: &MediaStore) -> Result<usize, Error> {
    let mut dropped = 0;
    let mut batches = files.messages().chunks(BATCH);
    while let Some(batch) = batches.next().await {
        let batch: Vec<(SessionId, MessageId)> = batch.into_iter().collect::<Result<_, _>>()?;
        let ids: Vec<MessageId> = batch.iter().map(|(_, message)| message.clone()).collect();
        let standing = store.standing_messages(&ids).await?;
        for (session, message) in batch.iter().filter(|(_, message)| !standing.contains(message)) {
            files.delete(&MediaKey::message(session, message)).await?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

//! Sending a batch, from wherever it stands.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use wagon_domain::batch::{Batch, BatchItem, BatchStatus, FailureCause, ItemFailure, ItemStatus, Pace};
use wagon_domain::outbox::OutboxStatus;
use wagon_domain::{BatchId, SessionId, Timestamp};
use wagon_store::BatchTurn;

use super::{Batches, Inner, Running};
use crate::error::Error;
use crate::messages::PlannedSend;

/// How long a batch rests after its database failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// Before it looks again at a send that the outbox has taken over.
const ELSEWHERE: Duration = Duration::from_secs(1);

/// What a look at the batch came to.
enum Look {
    /// There may be more.
    Again,
    /// Nothing goes out for so long.
    Wait(Duration),
    /// Nothing goes out before the session is connected.
    Offline,
    Over,
}

impl Batches {
    /// Takes up what an earlier process left.
    pub(crate) async fn resume(self) {
        let open = self.inner.parts.store.open_batches().await;
        match open {
            Ok(open) => {
                for batch in open {
                    self.inner.spawn(batch.session, batch.id);
                }
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "batches were not taken up again"
            ),
        }
    }
}

impl Inner {
    pub(super) fn spawn(self: &Arc<Self>, session: SessionId, id: BatchId) {
        let running = Running::default();
        let key = (session, id);
        self.running().insert(key.clone(), running.clone());
        let inner = Arc::clone(self);
        self.parts.tasks.spawn(async move {
            inner.run(&key.0, &key.1, &running).await;
            inner.running().remove(&key);
            running.over.cancel();
        });
    }

    async fn run(&self, session: &SessionId, id: &BatchId, running: &Running) {
        let stop = &self.parts.stop;
        while !stop.is_cancelled() {
            let look = self.look(session, id).await.unwrap_or_else(|error| {
                tracing::error!(session.id = %session, error = &error as &dyn std::error::Error, "a batch rests");
                Look::Wait(AFTER_FAILURE)
            });
            // Once it is cancelled, only the message on its way counts.
            let hurried = running.cancelled.is_cancelled();
            match look {
                Look::Again => {}
                Look::Over => return,
                Look::Wait(wait) => tokio::select! {
                    () = stop.cancelled() => {}
                    () = running.cancelled.cancelled(), if !hurried => {}
                    () = tokio::time::sleep(wait) => {}
                },
                Look::Offline => {
                    let mut state = self.parts.live.watch(session);
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = running.cancelled.cancelled(), if !hurried => {}
                        _ = state.wait_for(|state| state.connected) => {}
                    }
                }
            }
        }
    }

    async fn look(&self, session: &SessionId, id: &BatchId) -> Result<Look, Error> {
        let store = &self.parts.store;
        // Deleted with its session, or by it.
        let Some(batch) = store.batch(session, id).await? else {
            return Ok(Look::Over);
        };
        let turn = store.batch_turn(session, id).await?;
        let turn = turn.filter(|turn| !batch.status.is_over() || turn.item.status == ItemStatus::Sending);
        let Some(turn) = turn else {
            self.close(&batch).await?;
            return Ok(Look::Over);
        };
        let fresh = turn.item.status == ItemStatus::Pending;
        let now = self.parts.clock.now();
        if fresh {
            if let Some(next_at) = batch.next_at.filter(|next_at| *next_at > now) {
                return Ok(Look::Wait(next_at.since(now)));
            }
            if !self.parts.live.connected(session) {
                return Ok(Look::Offline);
            }
            if !self.begin(&batch, &turn.item, now).await? {
                return Ok(Look::Again);
            }
        }
        self.send(&batch, turn).await
    }

    async fn begin(&self, batch: &Batch, item: &BatchItem, now: Timestamp) -> Result<bool, Error> {
        let (session, id, position) = (batch.session.clone(), batch.id.clone(), item.position);
        let begun = self.parts.store.write(move |tx| {
            Box::pin(async move { tx.begin_batch_item(&session, &id, position, now).await })
        });
        Ok(begun.await?)
    }

    /// Sends the message whose turn it is, or finds out what became of it.
    async fn send(&self, batch: &Batch, BatchTurn { mut item, plan }: BatchTurn) -> Result<Look, Error> {
        let parts = &self.parts;
        let Some(session) = parts.live.session(&parts.store, &batch.session).await? else {
            return Ok(Look::Over);
        };
        let send = PlannedSend {
            id: &item.send,
            wa_id: &item.wa_id,
            to: &item.to,
            plan: plan.as_ref(),
        };
        match parts.messages.send_planned(&session, send).await {
            Ok(entry) if entry.status == OutboxStatus::Sent => {
                item.status = ItemStatus::Sent;
                item.sent_at = entry.sent_at;
            }
            // The outbox goes on with it, on the next connection if it has to.
            Ok(_) if parts.live.connected(&batch.session) => return Ok(Look::Wait(ELSEWHERE)),
            Ok(_) => return Ok(Look::Offline),
            Err(Error::NotConnected) => return self.release(batch, &item, Look::Offline).await,
            Err(Error::RateLimited { retry_after } | Error::SendsHeld { retry_after, .. }) => {
                return self.release(batch, &item, Look::Wait(retry_after)).await;
            }
            Err(error) => {
                let Some(failure) = failure(&error) else {
                    return Err(error);
                };
                item.status = ItemStatus::Failed;
                item.error = Some(failure);
            }
        }
        self.end(batch, item).await?;
        Ok(Look::Again)
    }

    /// Nothing was accepted: the item waits again.
    async fn release(&self, batch: &Batch, item: &BatchItem, look: Look) -> Result<Look, Error> {
        let (session, id, position) = (batch.session.clone(), batch.id.clone(), item.position);
        let released = self
            .parts
            .store
            .write(move |tx| Box::pin(async move { tx.release_batch_item(&session, &id, position).await }));
        released.await?;
        Ok(look)
    }

    async fn end(&self, batch: &Batch, item: BatchItem) -> Result<(), Error> {
        let now = self.parts.clock.now();
        let next_at = now + pause(batch.pace, rand::rng().random());
        let stops = item.status == ItemStatus::Failed && batch.pace.stop_on_error;
        let (session, id, send) = (batch.session.clone(), batch.id.clone(), item.send.clone());
        let failed = item.status == ItemStatus::Failed;
        self.parts
            .store
            .write(move |tx| {
                Box::pin(async move {
                    tx.end_batch_item(&session, &id, &item, next_at).await?;
                    if stops {
                        tx.end_batch(&session, &id, BatchStatus::Failed, now).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        if failed {
            self.parts.messages.drop_planned(&send).await;
        }
        Ok(())
    }

    /// Nothing is left to do.
    async fn close(&self, batch: &Batch) -> Result<(), Error> {
        let store = &self.parts.store;
        let items = store.batch_items(&batch.session, &batch.id).await?;
        let any = |status| items.iter().any(|item| item.status == status);
        let status = if any(ItemStatus::Failed) && !any(ItemStatus::Sent) {
            BatchStatus::Failed
        } else {
            BatchStatus::Completed
        };
        let (session, id, now) = (batch.session.clone(), batch.id.clone(), self.parts.clock.now());
        store
            .write(move |tx| Box::pin(async move { tx.end_batch(&session, &id, status, now).await }))
            .await?;
        let unsent = |item: &BatchItem| !matches!(item.status, ItemStatus::Sent | ItemStatus::Failed);
        let left: Vec<_> = items.into_iter().filter(unsent).map(|item| item.send).collect();
        self.drop_files(&left).await;
        Ok(())
    }
}

/// The rest between two messages; `chance` decides about the part that is left to it.
fn pause(pace: Pace, chance: f64) -> Duration {
    let added = if pace.jitter {
        Pace::JITTER.mul_f64(chance)
    } else {
        Duration::ZERO
    };
    pace.delay + added
}

/// Why the message is not sent; `None` if nothing is known about it.
fn failure(error: &Error) -> Option<ItemFailure> {
    let cause = match error {
        Error::Internal(_) | Error::Unavailable => return None,
        Error::File(problem) if problem.is_forbidden() => FailureCause::Forbidden,
        Error::SendFailed { failure, .. } if failure.is_limit() => FailureCause::Limited,
        _ => FailureCause::Send,
    };
    let message = match error {
        Error::Invalid { message, .. } => message.clone(),
        other => other.to_string(),
    };
    Some(ItemFailure { cause, message })
}

#[cfg(test)]
mod tests {
    use wagon_domain::outbox::SendFailure;

    use super::*;

    #[test]
    fn chance_adds_up_to_two_seconds() {
        let mut pace = Pace {
            delay: Duration::from_secs(3),
            jitter: true,
            stop_on_error: false,
        };
        assert_eq!(pause(pace, 0.0), Duration::from_secs(3));
        assert_eq!(pause(pace, 0.5), Duration::from_secs(4));
        pace.jitter = false;
        assert_eq!(pause(pace, 0.5), Duration::from_secs(3));
    }

    #[test]
    fn what_is_not_known_is_no_failure() {
        assert_eq!(failure(&Error::Unavailable), None);
        let limited = failure(&Error::SendFailed {
            failure: SendFailure::RateLimited,
            retry_after: None,
        });
        assert_eq!(limited.map(|failure| failure.cause), Some(FailureCause::Limited));
    }
}

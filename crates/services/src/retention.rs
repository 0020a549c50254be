//! Deleting what is older than an operator wants to keep.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wagon_domain::{Clock, Timestamp};
use wagon_store::Store;

use crate::error::Error;

const DAY: Duration = Duration::from_hours(24);
/// Rows per transaction, so that no write waits long behind it.
const BATCH: u32 = 1000;

/// Keeps events, their deliveries and messages for a number of days, and the audit log for another.
/// What nobody needs any more, such as refresh tokens that expired, goes in any case.
pub struct Retention {
    store: Store,
    clock: Arc<dyn Clock>,
    keep: Keep,
}

/// For how many days; zero is for ever.
#[derive(Debug, Clone, Copy)]
pub struct Keep {
    pub data: u32,
    pub audit: u32,
}

impl Retention {
    pub fn new(store: Store, clock: Arc<dyn Clock>, keep: Keep) -> Self {
        Self { store, clock, keep }
    }

    /// Deletes now and at the beginning of each UTC day, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.prune(&stop).await {
                Ok(Pruned {
                    events: 0,
                    messages: 0,
                    audit: 0,
                }) => {}
                Ok(Pruned {
                    events,
                    messages,
                    audit,
                }) => {
                    tracing::info!(events, messages, audit, "old data deleted");
                }
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "old data could not be deleted"
                ),
            }
            let now = self.clock.now();
            let pause = (midnight(now) + DAY).since(now);
            if stop
                .run_until_cancelled(tokio::time::sleep(pause))
                .await
                .is_none()
            {
                return;
            }
        }
    }

    /// How much there was.
    async fn prune(&self, stop: &CancellationToken) -> Result<Pruned, Error> {
        let today = midnight(self.clock.now());
        // Nothing is from before the epoch.
        let before = |days: u32| {
            if days == 0 {
                Timestamp::default()
            } else {
                today - DAY * days
            }
        };
        let (data, audit) = (before(self.keep.data), before(self.keep.audit));
        let mut pruned = Pruned::default();
        while !stop.is_cancelled() {
            let some = self
                .store
                .write(move |tx| {
                    Box::pin(async move {
                        tx.delete_refresh_tokens_before(today, BATCH).await?;
                        Ok(Pruned {
                            events: tx.delete_events_before(data, BATCH).await?,
                            messages: tx.delete_messages_before(data, BATCH).await?,
                            audit: tx.delete_audit_before(audit, BATCH).await?,
                        })
                    })
                })
                .await?;
            pruned.events += some.events;
            pruned.messages += some.messages;
            pruned.audit += some.audit;
            if some.events.max(some.messages).max(some.audit) < u64::from(BATCH) {
                break;
            }
        }
        Ok(pruned)
    }
}

#[derive(Debug, Default)]
struct Pruned {
    events: u64,
    messages: u64,
    audit: u64,
}

/// The beginning of the UTC day.
fn midnight(time: Timestamp) -> Timestamp {
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(time.as_millis().div_euclid(day) * day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight() {
        let noon = Timestamp::from_secs(1_700_000_000);
        assert_eq!(midnight(noon), Timestamp::from_secs(1_699_920_000));
        assert_eq!(midnight(midnight(noon)), midnight(noon));
    }
}

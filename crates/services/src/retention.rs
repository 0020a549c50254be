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

/// Keeps events, their deliveries and messages for a number of days.
pub struct Retention {
    store: Store,
    clock: Arc<dyn Clock>,
    days: u32,
}

impl Retention {
    pub fn new(store: Store, clock: Arc<dyn Clock>, days: u32) -> Self {
        Self { store, clock, days }
    }

    /// Deletes now and at the beginning of each UTC day, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.prune(&stop).await {
                Ok((0, 0)) => {}
                Ok((events, messages)) => tracing::info!(events, messages, "old data deleted"),
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

    /// How many events and messages there were.
    async fn prune(&self, stop: &CancellationToken) -> Result<(u64, u64), Error> {
        let before = midnight(self.clock.now()) - DAY * self.days;
        let (mut events, mut messages) = (0, 0);
        while !stop.is_cancelled() {
            let (some_events, some_messages) = self
                .store
                .write(move |tx| {
                    Box::pin(async move {
                        Ok((
                            tx.delete_events_before(before, BATCH).await?,
                            tx.delete_messages_before(before, BATCH).await?,
                        ))
                    })
                })
                .await?;
            events += some_events;
            messages += some_messages;
            if some_events.max(some_messages) < u64::from(BATCH) {
                break;
            }
        }
        Ok((events, messages))
    }
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

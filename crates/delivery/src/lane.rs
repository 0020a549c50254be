//! Working through one lane.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use wagon_crash_point::Step;
use wagon_domain::webhook::Disabled;
use wagon_domain::{Clock, DeliveryStatus, EventBody, Timestamp, Webhook};
use wagon_store::{Due, Lane, NewEvent, Store};

use crate::courier::Courier;
use crate::endpoint::Endpoint;
use crate::outcome::{Health, Outcome};

/// Deliveries read at once.
const PAGE: u32 = 64;
/// Before the store is asked again after it failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// How long an attempt under way may go on once the gateway is to stop. What is cut off is sent again.
const STOP_GRACE: Duration = Duration::from_secs(5);

pub(crate) struct LaneTask {
    pub(crate) lane: Lane,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) store: Store,
    pub(crate) courier: Courier,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) disable_after: Option<Duration>,
    pub(crate) stop: CancellationToken,
}

type Changes = watch::Receiver<Option<Arc<Webhook>>>;

/// Why the first delivery was left.
enum Left {
    /// It is settled.
    Done,
    /// What is due must be read again.
    Changed,
    /// The webhook is off or gone.
    Off,
    Stopping,
}

impl LaneTask {
    pub(crate) async fn run(self) {
        while !self.stop.is_cancelled() {
            // Before anything is read, so that no change goes unnoticed.
            let mut changes = self.endpoint.webhook.subscribe();
            let on = self.webhook().is_some_and(|webhook| webhook.active);
            let page = if on {
                self.page().await
            } else {
                Some(VecDeque::new())
            };
            let Some(page) = page else { continue };
            if page.is_empty() {
                if self.endpoint.leave(&self.lane.session) {
                    return;
                }
                continue;
            }
            match self.work_through(page, &mut changes).await {
                Left::Done => {}
                Left::Changed | Left::Off => self.flush().await,
                Left::Stopping => return,
            }
        }
    }

    fn webhook(&self) -> Option<Arc<Webhook>> {
        self.endpoint.webhook.borrow().clone()
    }

    async fn page(&self) -> Option<VecDeque<Due>> {
        match self.store.due_deliveries(&self.lane, PAGE).await {
            Ok(page) => Some(page.into()),
            Err(error) => {
                tracing::error!(
                    webhook.id = %self.lane.webhook,
                    error = &error as &dyn std::error::Error,
                    "deliveries could not be read"
                );
                self.pause().await;
                None
            }
        }
    }

    async fn pause(&self) {
        // Stopping is looked at by whoever called.
        let _ = self
            .stop
            .run_until_cancelled(tokio::time::sleep(STORE_PAUSE))
            .await;
    }

    /// What was queued is on disk when this returns, and will not be read again.
    async fn flush(&self) {
        // A store that is closed says so to whoever asks next.
        drop(self.store.write(|_| Box::pin(async { Ok(()) })).await);
    }

    async fn work_through(&self, mut page: VecDeque<Due>, changes: &mut Changes) -> Left {
        while let Some(due) = page.pop_front() {
            match self.deliver(due, page.is_empty(), changes).await {
                Left::Done => {}
                other => return other,
            }
        }
        Left::Done
    }

    /// Delivers once. With the last of a page it also waits until its fate is on disk, since what is
    /// read next must not have it any more.
    async fn deliver(&self, due: Due, last: bool, changes: &mut Changes) -> Left {
        match self.wait(due.not_before, changes).await {
            Left::Done => {}
            other => return other,
        }
        let Ok(slot) = self.endpoint.slots.acquire().await else {
            return Left::Stopping;
        };
        let Some(webhook) = self.webhook().filter(|webhook| webhook.active) else {
            return Left::Off;
        };
        wagon_crash_point::pass(Step::DeliveryBegun);
        let attempt = self
            .courier
            .deliver(&webhook, &due.event, due.id.as_str(), due.attempts);
        let cut_off = async {
            self.stop.cancelled().await;
            tokio::time::sleep(STOP_GRACE).await;
        };
        let report = tokio::select! {
            report = attempt => report,
            () = cut_off => return Left::Stopping,
        };
        drop(slot);
        wagon_crash_point::pass(Step::DeliveryAnswered);
        let now = self.clock.now();
        let outcome = Outcome::of(&due, &webhook, report, now, rand::random(), self.disable_after);
        count(&due, outcome.settled.status, now);
        let done = outcome.settled.status != DeliveryStatus::Failed;
        if done && !last && outcome.health == Health::Good && webhook.failing_since.is_none() {
            let settled = outcome.settled;
            let queued = self
                .store
                .write_behind(|tx| Box::pin(async move { tx.settle_delivery(&settled).await }));
            // A store that is closed has nothing more to say; the delivery is repeated at the next start.
            let queued = queued.await;
            wagon_crash_point::pass(Step::DeliverySettled);
            return queued.map_or(Left::Stopping, |()| Left::Done);
        }
        self.settle(&due, &webhook, outcome, now).await;
        wagon_crash_point::pass(Step::DeliverySettled);
        if done { Left::Done } else { Left::Changed }
    }

    /// Waits until it is time, or until the webhook was changed.
    async fn wait(&self, not_before: Option<Timestamp>, changes: &mut Changes) -> Left {
        let pause = not_before.map_or(Duration::ZERO, |time| time.since(self.clock.now()));
        if pause.is_zero() {
            return if self.stop.is_cancelled() {
                Left::Stopping
            } else {
                Left::Done
            };
        }
        tokio::select! {
            () = self.stop.cancelled() => Left::Stopping,
            () = tokio::time::sleep(pause) => Left::Done,
            _ = changes.changed() => Left::Changed,
        }
    }

    async fn settle(&self, due: &Due, webhook: &Arc<Webhook>, outcome: Outcome, now: Timestamp) {
        let Outcome { settled, health } = outcome;
        let id = webhook.id.clone();
        let failing_since = match health {
            Health::Good => None,
            Health::Failing | Health::Disable(_) => Some(webhook.failing_since.unwrap_or(now)),
        };
        let changed = failing_since != webhook.failing_since;
        let event = match health {
            Health::Disable(reason) => Some((
                Disabled { at: now, reason },
                NewEvent {
                    org: webhook.org.clone(),
                    session: due.event.session.clone(),
                    body: EventBody::WebhookDisabled {
                        webhook: id.clone(),
                        reason,
                    },
                    timestamp: now,
                },
            )),
            Health::Good | Health::Failing => None,
        };
        let written = self.store.write(move |tx| {
            Box::pin(async move {
                tx.settle_delivery(&settled).await?;
                if changed {
                    tx.set_webhook_failing(&id, failing_since).await?;
                }
                if let Some((disabled, event)) = event
                    && tx.disable_webhook(&id, &disabled).await?
                {
                    tx.append_event(event).await?;
                }
                Ok(())
            })
        });
        if let Err(error) = written.await {
            tracing::error!(
                webhook.id = %webhook.id,
                error = &error as &dyn std::error::Error,
                "the fate of a delivery could not be stored"
            );
            // What is not settled is read again, and must not be sent again at once.
            self.pause().await;
            return;
        }
        if changed {
            // In place, and without waking those who wait: nothing that they do depends on it.
            self.endpoint.webhook.send_if_modified(|current| {
                if let Some(current) = current {
                    Arc::make_mut(current).failing_since = failing_since;
                }
                false
            });
        }
        if let Health::Disable(reason) = health {
            self.endpoint.webhook.send_if_modified(|current| {
                if let Some(current) = current {
                    Arc::make_mut(current).active = false;
                }
                true
            });
            tracing::warn!(webhook.id = %webhook.id, reason = reason.as_str(), "the webhook was disabled");
        }
    }
}

fn count(due: &Due, status: DeliveryStatus, now: Timestamp) {
    metrics::counter!("wagon_webhook_attempts_total", "status" => status.as_str()).increment(1);
    if status == DeliveryStatus::Delivered {
        metrics::histogram!("wagon_webhook_lag_seconds").record(now.since(due.event.timestamp));
    }
}

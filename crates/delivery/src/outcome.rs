//! The rule from an attempt to what becomes of its delivery and its webhook.

use std::time::Duration;

use wagon_domain::webhook::{DisabledReason, RetryPolicy, Verdict};
use wagon_domain::{Delivery, DeliveryStatus, Timestamp, Webhook};
use wagon_store::{Due, Settled};

use crate::courier::Report;

/// What an attempt changes.
pub(crate) struct Outcome {
    pub(crate) settled: Settled,
    pub(crate) health: Health,
}

/// What it says about the webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    /// It answered sensibly.
    Good,
    Failing,
    Disable(DisabledReason),
}

impl Outcome {
    pub(crate) fn of(
        due: &Due,
        webhook: &Webhook,
        report: Report,
        now: Timestamp,
        jitter: f64,
        disable_after: Option<Duration>,
    ) -> Self {
        let attempts = due.attempts + 1;
        let (status, next_attempt_at) = match report.verdict {
            Verdict::Delivered => (DeliveryStatus::Delivered, None),
            Verdict::Rejected => (DeliveryStatus::Dead, None),
            // It stays open: should the webhook be turned on again, it goes on from here.
            Verdict::Gone => (DeliveryStatus::Failed, None),
            Verdict::Retry => match webhook.retry.pause(attempts, jitter) {
                None => (DeliveryStatus::Dead, None),
                Some(pause) => {
                    let asked = report.not_before.unwrap_or(now).min(now + RetryPolicy::MAX_DELAY);
                    (DeliveryStatus::Failed, Some((now + pause).max(asked)))
                }
            },
        };
        let failing_for = now.since(webhook.failing_since.unwrap_or(now));
        let health = match report.verdict {
            Verdict::Delivered | Verdict::Rejected => Health::Good,
            Verdict::Gone => Health::Disable(DisabledReason::Gone),
            Verdict::Retry if disable_after.is_some_and(|limit| failing_for >= limit) => {
                Health::Disable(DisabledReason::Failing)
            }
            Verdict::Retry => Health::Failing,
        };
        let mut log = due.log.clone();
        log.push(report.attempt);
        if log.len() > Delivery::LOG {
            log.remove(0);
        }
        let settled = Settled {
            id: due.id.clone(),
            status,
            attempts,
            next_attempt_at,
            log,
            at: now,
        };
        Self { settled, health }
    }
}

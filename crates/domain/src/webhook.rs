//! Webhooks: where events are told to, when a telling is repeated, and what an answer means.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::http_url::HttpUrl;
use crate::id::{DeliveryId, EventId, OrgId, SessionId, WebhookId};

/// An endpoint of a user that wants to hear of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    pub org: OrgId,
    /// `None`: of every session.
    pub session: Option<SessionId>,
    pub url: HttpUrl,
    /// Event names, or `*`.
    pub events: Vec<String>,
    pub headers: Headers,
    pub secrets: Secrets,
    pub retry: RetryPolicy,
    pub active: bool,
    /// What it asked for, if it was registered in the OpenWA dialect: events are told in that one's words.
    pub openwa: Option<OpenWaTerms>,
    /// Why Wagon itself turned it off.
    pub disabled: Option<Disabled>,
    /// Since when every attempt has failed.
    pub failing_since: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a webhook of the OpenWA dialect asked for, in its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenWaTerms {
    /// Names of that dialect's events, or `*`.
    pub events: Vec<String>,
    /// Conditions that an event has to meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<serde_json::Value>,
}

impl Eq for OpenWaTerms {}

/// Headers of the user's own; their values may be credentials.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(pub BTreeMap<String, String>);

/// What signatures are made with.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secrets {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The one before, and until when it signs as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<(String, Timestamp)>,
}

impl Secrets {
    pub fn previous_at(&self, now: Timestamp) -> Option<&str> {
        let (secret, until) = self.previous.as_ref()?;
        (*until > now).then_some(secret)
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// Why Wagon turned a webhook off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    pub at: Timestamp,
    pub reason: DisabledReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisabledReason {
    /// It answered 410.
    Gone,
    /// Nothing was taken for too long.
    Failing,
}

impl DisabledReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

/// When a failed attempt is repeated, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryPolicy {
    pub backoff: Backoff,
    pub delay_seconds: u32,
    pub attempts: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backoff {
    /// Each pause is twice as long as the one before.
    Exponential,
    Constant,
}

impl RetryPolicy {
    pub const MAX_DELAY: Duration = Duration::from_hours(24);

    /// The pause after the `attempt`-th attempt, the first being 1; none after the last one. `jitter`,
    /// between 0 and 1, lengthens it by up to a quarter, so that what failed together does not come
    /// back together.
    pub fn pause(&self, attempt: u32, jitter: f64) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doublings = match self.backoff {
            Backoff::Exponential => attempt.saturating_sub(1).min(30),
            Backoff::Constant => 0,
        };
        let pause = Duration::from_secs(u64::from(self.delay_seconds) << doublings);
        let pause = pause.min(Self::MAX_DELAY);
        Some(pause + pause.mul_f64(jitter.clamp(0.0, 1.0) / 4.0))
    }
}

/// What a receiver's status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Delivered,
    /// Something may be better later.
    Retry,
    /// It will never take this one.
    Rejected,
    /// It never wants to hear of anything again.
    Gone,
}

impl Verdict {
    /// Refusals of a body are final. Other client errors (401, 403, 404 …) are about the endpoint's
    /// set-up, which its owner may be about to repair, so they are repeated like server errors.
    pub const fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            410 => Self::Gone,
            400 | 413 | 415 | 422 => Self::Rejected,
            _ => Self::Retry,
        }
    }
}

/// One event on its way to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    pub event: EventId,
    /// The event's name.
    pub kind: String,
    pub session: SessionId,
    pub status: DeliveryStatus,
    pub attempts: u32,
    pub next_attempt_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The latest attempts, oldest first.
    pub log: Vec<Attempt>,
}

impl Delivery {
    /// How many attempts are remembered.
    pub const LOG: usize = 20;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryStatus {
    /// Waits for its first attempt, or for one that was asked for.
    Pending,
    Delivered,
    /// Waits for the next attempt.
    Failed,
    /// Given up.
    Dead,
}

impl DeliveryStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Dead];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Dead => "dead",
        }
    }
}

/// A word that names no status of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected pending, delivered, failed or dead")]
pub struct UnknownDeliveryStatus;

impl std::str::FromStr for DeliveryStatus {
    type Err = UnknownDeliveryStatus;

    fn from_str(text: &str) -> Result<Self, UnknownDeliveryStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(UnknownDeliveryStatus)
    }
}

/// What came of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub at: Timestamp,
    pub duration_ms: u32,
    /// The receiver's status, if it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// The beginning of the answer, or why there was none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        backoff: Backoff::Exponential,
        delay_seconds: 2,
        attempts: 15,
    };

    #[test]
    fn pauses_double_until_the_attempts_are_used_up() {
        for (attempt, seconds) in [(1, 2), (2, 4), (3, 8), (14, 16_384)] {
            assert_eq!(POLICY.pause(attempt, 0.0), Some(Duration::from_secs(seconds)));
        }
        assert_eq!(POLICY.pause(15, 0.0), None);
        let many = RetryPolicy {
            attempts: 100,
            ..POLICY
        };
        assert_eq!(many.pause(99, 0.0), Some(RetryPolicy::MAX_DELAY));
        let constant = RetryPolicy {
            backoff: Backoff::Constant,
            ..POLICY
        };
        assert_eq!(constant.pause(14, 0.0), Some(Duration::from_secs(2)));
    }

    #[test]
    fn jitter_only_lengthens() {
        assert_eq!(POLICY.pause(2, 1.0), Some(Duration::from_secs(5)));
        assert_eq!(POLICY.pause(2, 0.5), Some(Duration::from_millis(4500)));
    }

    #[test]
    fn statuses_have_their_meaning() {
        for (status, verdict) in [
            (200, Verdict::Delivered),
            (204, Verdict::Delivered),
            (301, Verdict::Retry),
            (400, Verdict::Rejected),
            (401, Verdict::Retry),
            (404, Verdict::Retry),
            (408, Verdict::Retry),
            (410, Verdict::Gone),
            (413, Verdict::Rejected),
            (422, Verdict::Rejected),
            (429, Verdict::Retry),
            (500, Verdict::Retry),
            (503, Verdict::Retry),
        ] {
            assert_eq!(Verdict::of(status), verdict, "{status}");
        }
    }

    #[test]
    fn a_previous_secret_signs_for_a_while() {
        let secrets = Secrets {
            current: Some("new".to_owned()),
            previous: Some(("old".to_owned(), Timestamp::from_secs(10))),
        };
        assert_eq!(secrets.previous_at(Timestamp::from_secs(9)), Some("old"));
        assert_eq!(secrets.previous_at(Timestamp::from_secs(10)), None);
        assert!(!format!("{secrets:?}").contains("new"));
    }
}

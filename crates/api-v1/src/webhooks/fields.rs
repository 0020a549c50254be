//! What the bodies of several operations have in common.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::HttpUrl;
use wagon_domain::webhook::{Backoff, RetryPolicy};
use wagon_services::Error;

use crate::events::filter;

/// `retryPolicy`. Any other policy than `exponential` is constant, as the dialect has it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "RetryPolicy")]
pub(super) struct Retry {
    policy: String,
    delay_seconds: i64,
    attempts: i64,
}

const DEFAULT_DELAY: u32 = 2;
const DEFAULT_ATTEMPTS: u32 = 15;
const MAX_DELAY: i64 = 86_400;
const MAX_ATTEMPTS: i64 = 100;

impl Retry {
    /// Zero and less mean the defaults.
    pub(super) fn parse(self) -> Result<RetryPolicy, Error> {
        let backoff = match self.policy.as_str() {
            "exponential" => Backoff::Exponential,
            _ => Backoff::Constant,
        };
        let number = |value: i64, max: i64, default: u32, name: &str| match value {
            ..=0 => Ok(default),
            value if value <= max => Ok(u32::try_from(value).unwrap_or(default)),
            _ => Err(invalid(
                "retryPolicy",
                format!("retryPolicy.{name} must not be above {max}"),
            )),
        };
        Ok(RetryPolicy {
            backoff,
            delay_seconds: number(self.delay_seconds, MAX_DELAY, DEFAULT_DELAY, "delaySeconds")?,
            attempts: number(self.attempts, MAX_ATTEMPTS, DEFAULT_ATTEMPTS, "attempts")?,
        })
    }
}

impl From<RetryPolicy> for Retry {
    fn from(policy: RetryPolicy) -> Self {
        let name = match policy.backoff {
            Backoff::Exponential => "exponential",
            Backoff::Constant => "constant",
        };
        Self {
            policy: name.to_owned(),
            delay_seconds: policy.delay_seconds.into(),
            attempts: policy.attempts.into(),
        }
    }
}

pub(super) fn url(text: &str) -> Result<HttpUrl, Error> {
    text.parse()
        .map_err(|error| invalid("url", format!("url {error}")))
}

/// Names of events that exist, or `*`.
pub(super) fn events(names: Vec<String>) -> Result<Vec<String>, Error> {
    for (index, name) in names.iter().enumerate() {
        if filter(&[name]).is_err() {
            return Err(invalid(
                "events",
                format!("unknown event type (body.events[{index}])"),
            ));
        }
    }
    Ok(names)
}

pub(super) fn invalid(field: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid {
        field,
        message: message.into(),
    }
}

/// A field whose `null` means something else than its absence.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Patch<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::deserialize(deserializer)?;
        Ok(value.map_or(Self::Null, Self::Value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(policy: &str, delay_seconds: i64, attempts: i64) -> Result<RetryPolicy, Error> {
        Retry {
            policy: policy.to_owned(),
            delay_seconds,
            attempts,
        }
        .parse()
    }

    #[test]
    fn policies_are_read_as_leniently_as_clients_know_it() {
        let policy = retry("exponential", 0, -1).unwrap();
        assert_eq!((policy.delay_seconds, policy.attempts), (2, 15));
        assert_eq!(policy.backoff, Backoff::Exponential);
        assert_eq!(retry("fixed", 5, 3).unwrap().backoff, Backoff::Constant);
        assert!(retry("constant", 86_401, 1).is_err());
        assert!(retry("constant", 1, 101).is_err());
    }

    #[test]
    fn events_are_known_names() {
        let names = |names: &[&str]| events(names.iter().map(|name| (*name).to_owned()).collect());
        assert!(names(&["*"]).is_ok() && names(&["message", "poll.vote"]).is_ok() && names(&[]).is_ok());
        let Err(Error::Invalid { message, .. }) = names(&["message", "message.received"]) else {
            panic!("an unknown name passed");
        };
        assert_eq!(message, "unknown event type (body.events[1])");
        assert!(names(&["*", "nonsense"]).is_err());
    }
}

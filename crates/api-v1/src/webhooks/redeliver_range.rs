//! `POST /webhooks/{webhook}:redeliver`: a part of the log once more.

use axum::extract;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ulid::Ulid;
use wagon_domain::{DeliveryStatus, EventId};
use wagon_http_kit::{Permitted, StrictJson, needs};
use wagon_services::{Error, RedeliverRange};

use super::fields::invalid;
use super::path::WebhookPath;
use crate::error::{Rejection, V1};
use crate::openapi::Accepted;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "RedeliverRange")]
pub(crate) struct Request {
    /// The first event: its id, or a time in epoch milliseconds.
    since: Position,
    /// The last one; left out: up to now.
    until: Option<Position>,
    /// Which deliveries: `dead`, `delivered`, and `missed` for events that happened while the webhook
    /// was off or not there yet. Left out: `dead` and `missed`.
    statuses: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "LogPosition")]
enum Position {
    Time(i64),
    Event(String),
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RedeliveryCount")]
pub(crate) struct View {
    count: u64,
    /// The range has more than one request takes: ask again.
    more: bool,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Manage>,
    WebhookPath(id): WebhookPath,
    request: StrictJson<Request, V1>,
) -> Result<Accepted<View>, Rejection> {
    let webhooks = &state.services.webhooks;
    let range = request.0.parse()?;
    let (count, more) = webhooks.redeliver_range(&caller, &id, range).await?;
    Ok(Accepted(View { count, more }))
}

impl Request {
    fn parse(self) -> Result<RedeliverRange, Error> {
        let from = self.since.event("since", 0)?;
        let to = self
            .until
            .map(|until| until.event("until", u128::MAX >> 48))
            .transpose()?;
        let names = self
            .statuses
            .unwrap_or_else(|| vec!["dead".to_owned(), "missed".to_owned()]);
        let (mut statuses, mut missed) = (Vec::new(), false);
        for name in names {
            match name.as_str() {
                "missed" => missed = true,
                "dead" => statuses.push(DeliveryStatus::Dead),
                "delivered" => statuses.push(DeliveryStatus::Delivered),
                _ => {
                    let message = "statuses: expected dead, delivered or missed";
                    return Err(invalid("statuses", message));
                }
            }
        }
        Ok(RedeliverRange {
            from,
            to,
            statuses,
            missed,
        })
    }
}

impl Position {
    /// Ids begin with their time; `rest` is what follows it.
    fn event(self, field: &'static str, rest: u128) -> Result<EventId, Error> {
        let wrong = || {
            invalid(
                field,
                format!("{field} must be an event id or a time in milliseconds"),
            )
        };
        match self {
            Self::Event(id) => id.parse().map_err(|_| wrong()),
            Self::Time(millis) => {
                let millis = u64::try_from(millis).map_err(|_| wrong())?;
                if millis >= 1 << 48 {
                    return Err(wrong());
                }
                Ok(EventId::from_ulid(Ulid::from_parts(millis, rest)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(body: Value) -> Result<RedeliverRange, Error> {
        serde_json::from_value::<Request>(body).unwrap().parse()
    }

    #[test]
    fn a_range_goes_from_an_event_or_a_time() {
        let range = parse(json!({"since": "evt_1", "until": 1})).unwrap();
        assert_eq!(range.from.as_str(), "evt_1");
        assert_eq!(range.to.unwrap().as_str(), "evt_0000000001ZZZZZZZZZZZZZZZZ");
        assert!(range.missed && range.statuses == [DeliveryStatus::Dead]);
        let range = parse(json!({"since": 0, "statuses": ["delivered"]})).unwrap();
        assert_eq!(range.from.as_str(), "evt_00000000000000000000000000");
        assert!(!range.missed && range.statuses == [DeliveryStatus::Delivered]);
    }

    #[test]
    fn nonsense_is_refused() {
        for body in [
            json!({"since": "yesterday"}),
            json!({"since": -1}),
            json!({"since": 1_i64 << 48}),
            json!({"since": 0, "statuses": ["pending"]}),
        ] {
            assert!(
                matches!(parse(body.clone()), Err(Error::Invalid { .. })),
                "{body}"
            );
        }
    }
}

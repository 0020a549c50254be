//! `POST /webhooks/{webhook}:redeliver`: a part of the log once more.

use axum::Json;
use axum::extract::{FromRequest, Request as HttpRequest};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use ulid::Ulid;
use wagon_domain::{Caller, DeliveryStatus, EventId, WebhookId};
use wagon_http_kit::StrictJson;
use wagon_services::{Error, RedeliverRange, Webhooks};

use super::fields::invalid;
use crate::error::{Rejection, V1};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Request {
    /// The first event: its id, or a time in epoch milliseconds.
    since: Position,
    /// The last one; left out: up to now.
    until: Option<Position>,
    /// Which deliveries: `dead`, `delivered`, and `missed` for events that happened while the webhook
    /// was off or not there yet. Left out: `dead` and `missed`.
    statuses: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Position {
    Time(i64),
    Event(String),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    count: u64,
    /// The range has more than one request takes: ask again.
    more: bool,
}

pub(super) async fn run(
    webhooks: &Webhooks,
    caller: &Caller,
    id: &WebhookId,
    request: HttpRequest,
) -> Result<Response, Rejection> {
    webhooks.get(caller, id).await?;
    let request = StrictJson::<Request, V1>::from_request(request, &()).await?.0;
    let (count, more) = webhooks.redeliver_range(caller, id, request.parse()?).await?;
    Ok((StatusCode::ACCEPTED, Json(View { count, more })).into_response())
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

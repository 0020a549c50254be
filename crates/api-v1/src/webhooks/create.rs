//! `POST /webhooks`.

use std::collections::BTreeMap;

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::webhook::Headers;
use wagon_http_kit::{Permitted, StrictJson, needs};
use wagon_services::{CreateWebhook, Error, Missing};

use super::fields::{self, Retry, invalid};
use super::view::View;
use crate::error::{Rejection, V1};
use crate::openapi::Created;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "CreateWebhook")]
pub(crate) struct Request {
    url: Option<String>,
    events: Option<Vec<String>>,
    session_id: Option<String>,
    secret: Option<String>,
    custom_headers: Option<BTreeMap<String, String>>,
    retry_policy: Option<Retry>,
    active: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Manage>,
    request: StrictJson<Request, V1>,
) -> Result<Created<View>, Rejection> {
    let webhook = state
        .services
        .webhooks
        .create(&caller, request.0.parse()?)
        .await?;
    Ok(Created(View::from(webhook)))
}

impl Request {
    fn parse(self) -> Result<CreateWebhook, Error> {
        let url = self.url.filter(|url| !url.is_empty());
        let url = url.ok_or_else(|| invalid("url", "url is required"))?;
        let events = self.events.filter(|events| !events.is_empty());
        let events = events.ok_or_else(|| invalid("events", "events is required"))?;
        Ok(CreateWebhook {
            url: fields::url(&url)?,
            events: fields::events(events)?,
            session: self
                .session_id
                .filter(|id| !id.is_empty())
                .map(|id| id.parse())
                .transpose()
                .map_err(|_| Error::NotFound(Missing::Session))?,
            secret: self.secret,
            headers: Headers(self.custom_headers.unwrap_or_default()),
            retry: self.retry_policy.map(Retry::parse).transpose()?,
            active: self.active.unwrap_or(true),
            openwa: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(body: Value) -> Result<CreateWebhook, String> {
        let request: Request = serde_json::from_value(body).unwrap();
        request.parse().map_err(|error| match error {
            Error::Invalid { message, .. } => message,
            other => other.to_string(),
        })
    }

    #[test]
    fn what_is_required_is_named() {
        for (body, words) in [
            (json!({}), "url is required"),
            (json!({"url": "", "events": ["*"]}), "url is required"),
            (json!({"url": "https://example.com"}), "events is required"),
            (
                json!({"url": "https://example.com", "events": []}),
                "events is required",
            ),
            (
                json!({"url": "example.com", "events": ["*"]}),
                "url must be an absolute URL, like https://example.com/hook",
            ),
            (
                json!({"url": "https://example.com", "events": ["x"]}),
                "unknown event type (body.events[0])",
            ),
            (
                json!({"url": "https://example.com", "events": ["*"], "sessionId": "x"}),
                "session not found",
            ),
        ] {
            assert_eq!(parse(body.clone()).unwrap_err(), words, "{body}");
        }
    }

    #[test]
    fn the_rest_has_defaults() {
        let request =
            parse(json!({"url": "https://example.com", "events": ["*"], "sessionId": null})).unwrap();
        assert!(request.active && request.session.is_none() && request.retry.is_none());
        assert!(request.headers.0.is_empty());
    }
}

//! How webhooks and deliveries are shown.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::webhook::Attempt;
use wagon_domain::{Delivery, Timestamp, Webhook};

use super::fields::Retry;

/// A webhook, without its secrets.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Webhook")]
pub(crate) struct View {
    id: String,
    organization_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    url: String,
    events: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    custom_headers: BTreeMap<String, String>,
    retry_policy: Retry,
    active: bool,
    /// Whether its requests carry signatures.
    signed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<Disabled>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failing_since: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WebhookDisabled")]
struct Disabled {
    #[schemars(extend("enum" = ["gone", "failing"]))]
    reason: &'static str,
    at: i64,
}

impl From<Webhook> for View {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            organization_id: webhook.org.to_string(),
            session_id: webhook.session.map(String::from),
            url: webhook.url.into(),
            events: webhook.events,
            custom_headers: webhook.headers.0,
            retry_policy: webhook.retry.into(),
            active: webhook.active,
            signed: webhook.secrets.current.is_some(),
            disabled: webhook.disabled.map(|disabled| Disabled {
                reason: disabled.reason.as_str(),
                at: disabled.at.as_millis(),
            }),
            failing_since: webhook.failing_since.map(Timestamp::as_millis),
            created_at: webhook.created_at.as_millis(),
            updated_at: webhook.updated_at.as_millis(),
        }
    }
}

/// A delivery as lists show it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Delivery")]
pub(crate) struct DeliveryView {
    id: String,
    webhook_id: String,
    event_id: String,
    event: String,
    session_id: String,
    #[schemars(schema_with = "crate::openapi::words::delivery_status")]
    status: &'static str,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_retry_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let last = delivery.log.last();
        let failed = last.filter(|attempt| !succeeded(attempt));
        Self {
            id: delivery.id.to_string(),
            webhook_id: delivery.webhook.to_string(),
            event_id: delivery.event.to_string(),
            session_id: delivery.session.to_string(),
            status: delivery.status.as_str(),
            attempts: delivery.attempts,
            response_code: last.and_then(|attempt| attempt.code),
            last_error: failed
                .map(|attempt| attempt.text.clone())
                .filter(|text| !text.is_empty()),
            next_retry_at: delivery.next_attempt_at.map(Timestamp::as_millis),
            created_at: delivery.created_at.as_millis(),
            updated_at: delivery.updated_at.as_millis(),
            event: delivery.kind,
        }
    }
}

fn succeeded(attempt: &Attempt) -> bool {
    attempt.code.is_some_and(|code| (200..300).contains(&code))
}

/// One attempt.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Attempt")]
pub(super) struct AttemptView {
    at: i64,
    duration_ms: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_code: Option<u16>,
    /// The beginning of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<String>,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        let text = Some(attempt.text).filter(|text| !text.is_empty());
        let (response, error) = match attempt.code {
            Some(_) => (text, None),
            None => (None, text),
        };
        Self {
            at: attempt.at.as_millis(),
            duration_ms: attempt.duration_ms,
            response_code: attempt.code,
            response,
            error,
        }
    }
}

//! What a webhook is to be, as clients write it.

use std::collections::BTreeMap;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use wagon_domain::webhook::{Backoff, Headers, RetryPolicy};
use wagon_domain::{Edit, HttpUrl, SessionId, Webhook, WebhookId};
use wagon_http_kit::needs;
use wagon_services::{Error, Missing, Webhooks};

use crate::access::{AtSession, Family};
use crate::error::{Failure, Refusal};
use crate::events::{EVERYTHING, NAMES, check_filters, kinds};
use crate::path::Path;

/// Before the second attempt; the next pauses double.
const RETRY_DELAY: u32 = 5;
const MOST_RETRIES: u32 = 5;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "WebhookFields")]
pub(crate) struct Fields {
    pub(super) url: Option<String>,
    events: Option<Vec<String>>,
    pub(super) secret: Option<String>,
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    #[schemars(with = "Option<Value>")]
    pub(super) filters: Edit<Value>,
    retry_count: Option<u32>,
    pub(super) active: Option<bool>,
}

/// The same, read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) url: Option<HttpUrl>,
    pub(super) events: Option<Vec<String>>,
    pub(super) headers: Option<Headers>,
    pub(super) retry: Option<RetryPolicy>,
}

impl Fields {
    pub(super) fn read(&mut self) -> Result<Read, Refusal> {
        let mut errors = Vec::new();
        let url = self
            .url
            .as_deref()
            .and_then(|text| match text.parse::<HttpUrl>() {
                Ok(url) => Some(url),
                Err(error) => {
                    errors.push(format!("url {error}"));
                    None
                }
            });
        if let Some(events) = &self.events {
            if events.is_empty() {
                errors.push("events must contain at least 1 elements".to_owned());
            }
            if !events
                .iter()
                .all(|name| name == EVERYTHING || NAMES.contains(&name.as_str()))
            {
                let names = NAMES.join(", ");
                errors.push(format!(
                    "each value in events must be one of the following values: {names}, *"
                ));
            }
        }
        if let Some(secret) = self.secret.as_deref().filter(|secret| !secret.is_empty())
            && !(16..=255).contains(&secret.chars().count())
        {
            errors.push("secret must have between 16 and 255 characters".to_owned());
        }
        if self.retry_count.is_some_and(|count| count > MOST_RETRIES) {
            errors.push(format!("retryCount must not be greater than {MOST_RETRIES}"));
        }
        if let Edit::Set(filters) = &self.filters
            && let Err(problem) = check_filters(filters)
        {
            errors.push(problem);
        }
        if !errors.is_empty() {
            return Err(Refusal::validation(errors));
        }
        Ok(Read {
            url,
            events: self.events.take(),
            headers: self.headers.take().map(Headers),
            retry: self.retry_count.map(retry),
        })
    }
}

/// `count` attempts in all; none and one are the same.
pub(super) fn retry(count: u32) -> RetryPolicy {
    RetryPolicy {
        backoff: Backoff::Exponential,
        delay_seconds: RETRY_DELAY,
        attempts: count.max(1),
    }
}

/// The kinds of the log behind the dialect's names.
pub(super) fn sources(events: &[String]) -> Vec<String> {
    let kinds = kinds(events.iter().map(String::as_str)).into_iter();
    kinds.map(|kind| kind.as_str().to_owned()).collect()
}

/// The webhook in the path, which has to be the session's.
pub(super) async fn webhook(
    at: &AtSession<needs::Manage>,
    path: &Path,
    webhooks: &Webhooks,
) -> Result<Webhook, Failure> {
    let session = at.session(Family::Sessions)?;
    let text = path.text("webhook");
    let unknown = || {
        Refusal::new(
            StatusCode::NOT_FOUND,
            format!("Webhook with id '{text}' not found"),
        )
    };
    let id: WebhookId = text.parse().map_err(|_| unknown())?;
    let found = webhooks.get(&at.caller, &id).await;
    let found = found.map_err(|error| match error {
        Error::NotFound(Missing::Webhook) => Failure::from(unknown()),
        error => error.into(),
    })?;
    if is_of(&found, session) {
        Ok(found)
    } else {
        Err(unknown().into())
    }
}

pub(super) fn is_of(webhook: &Webhook, session: &SessionId) -> bool {
    webhook.openwa.is_some() && webhook.session.as_ref() == Some(session)
}

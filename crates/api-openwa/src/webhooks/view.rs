//! A webhook as clients see it. Secret and headers are never read back.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use wagon_domain::{Timestamp, Webhook};
use wagon_services::{Caller, Error, Webhooks};

use crate::time;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Webhook")]
pub(crate) struct View {
    id: String,
    session_id: Option<String>,
    url: String,
    events: Vec<String>,
    filters: Option<Value>,
    active: bool,
    retry_count: u32,
    last_triggered_at: Option<String>,
    created_at: String,
    updated_at: String,
}

impl View {
    fn new(webhook: Webhook, last: Option<Timestamp>) -> Self {
        let (events, filters) = match webhook.openwa {
            Some(terms) => (terms.events, terms.filters),
            None => (webhook.events, None),
        };
        Self {
            id: webhook.id.into(),
            session_id: webhook.session.map(String::from),
            url: webhook.url.as_str().to_owned(),
            events,
            filters,
            active: webhook.active,
            retry_count: webhook.retry.attempts,
            last_triggered_at: last.map(time::iso),
            created_at: time::iso(webhook.created_at),
            updated_at: time::iso(webhook.updated_at),
        }
    }

    pub(super) async fn of(webhook: Webhook, webhooks: &Webhooks, caller: &Caller) -> Result<Self, Error> {
        let last = webhooks.last_attempt(caller, &webhook.id).await?;
        Ok(Self::new(webhook, last))
    }

    pub(super) async fn all(
        list: impl IntoIterator<Item = Webhook>,
        webhooks: &Webhooks,
        caller: &Caller,
    ) -> Result<Vec<Self>, Error> {
        let mut views = Vec::new();
        for webhook in list {
            views.push(Self::of(webhook, webhooks, caller).await?);
        }
        Ok(views)
    }
}

//! `GET /webhooks/delivery-failures`: what was given up, newest first.

use axum::{Json, extract};
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::{Delivery, Event, Webhook};
use wagon_http_kit::{Query, needs};
use wagon_services::GivenUpQuery;

use crate::access::Permitted;
use crate::error::{Failure, OpenWa};
use crate::events::{repeat_key, tells_of};
use crate::page::Window;
use crate::state::State;
use crate::time;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    session_id: Option<String>,
    limit: Option<String>,
    offset: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeliveryFailure")]
pub(crate) struct View {
    id: String,
    webhook_id: String,
    session_id: String,
    event: &'static str,
    url: String,
    idempotency_key: Option<String>,
    delivery_id: String,
    attempts: u32,
    last_status_code: Option<u16>,
    last_error: String,
    created_at: String,
    /// The event is still in the log.
    replayable: bool,
}

impl View {
    fn new(delivery: Delivery, webhook: &Webhook, event: Option<&Event>) -> Self {
        let last = delivery.log.last();
        let code = last.and_then(|attempt| attempt.code);
        let text = last.map(|attempt| attempt.text.clone()).unwrap_or_default();
        Self {
            id: delivery.id.to_string(),
            webhook_id: delivery.webhook.to_string(),
            session_id: delivery.session.to_string(),
            event: name(&delivery.kind, webhook),
            url: webhook.url.as_str().to_owned(),
            idempotency_key: event.and_then(|event| repeat_key(webhook, event)),
            delivery_id: delivery.id.into(),
            attempts: delivery.attempts,
            last_status_code: code,
            last_error: code.map_or(text, reason),
            created_at: time::iso(delivery.created_at),
            replayable: event.is_some(),
        }
    }
}

fn reason(code: u16) -> String {
    let known = StatusCode::from_u16(code).ok();
    match known.and_then(|code| code.canonical_reason()) {
        Some(reason) => format!("HTTP {code}: {reason}"),
        None => format!("HTTP {code}"),
    }
}

/// The first of the dialect's events that the webhook asked for and that the log's event is told as.
fn name(kind: &str, webhook: &Webhook) -> &'static str {
    let asked = webhook.openwa.as_ref().map_or(&[][..], |terms| &terms.events);
    tells_of(kind, asked).unwrap_or("unknown")
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<needs::Admin>,
    query: Query<Params, OpenWa>,
) -> Result<Json<Vec<View>>, Failure> {
    let Params {
        session_id,
        limit,
        offset,
    } = query.0;
    let window = Window::with_default(limit.as_deref(), offset.as_deref(), 100, 1000)?;
    let query = GivenUpQuery {
        session: session_id,
        webhook: None,
        limit: window.limit,
        offset: window.offset,
    };
    let found = state.services.webhooks.given_up(&caller, query).await?;
    let events = state.services.webhooks.events_of(&found).await?;
    let views = found.into_iter().map(|(delivery, webhook)| {
        let event = events.get(&delivery.event);
        View::new(delivery, &webhook, event)
    });
    Ok(Json(views.collect()))
}

//! `POST /sessions/{id}/webhooks`.

use axum::extract;
use http::StatusCode;
use wagon_domain::webhook::OpenWaTerms;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::CreateWebhook;

use super::fields::{Fields, retry, sources};
use super::view::View;
use crate::access::{AtSession, Family};
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::Created;
use crate::state::State;

/// Attempts, unless something else is asked for.
const RETRIES: u32 = 3;
/// Webhooks that a session may have.
const MOST: usize = 16;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
    fields: LenientJson<Fields, OpenWa>,
) -> Result<Created<View>, Failure> {
    let mut fields = fields.0;
    let read = fields.read()?;
    let url = read
        .url
        .ok_or_else(|| Refusal::validation(vec!["url should not be empty".to_owned()]))?;
    let session = at.session(Family::Sessions)?;
    let webhooks = &state.services.webhooks;
    let known = webhooks.list(&at.caller).await?;
    let known = known
        .iter()
        .filter(|webhook| webhook.session.as_ref() == Some(session));
    if known.count() >= MOST {
        let message = format!("Session already has the maximum of {MOST} webhooks");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, message).into());
    }
    let events = read.events.unwrap_or_else(|| vec!["message.received".to_owned()]);
    let request = CreateWebhook {
        url,
        events: sources(&events),
        session: Some(session.clone()),
        secret: fields.secret,
        headers: read.headers.unwrap_or_default(),
        retry: Some(read.retry.unwrap_or_else(|| retry(RETRIES))),
        active: fields.active.unwrap_or(true),
        openwa: Some(OpenWaTerms {
            events,
            filters: fields.filters.into_option(),
        }),
    };
    let webhook = webhooks.create(&at.caller, request).await?;
    let view = View::of(webhook, webhooks, &at.caller).await?;
    Ok(Created(view))
}

//! `PUT /sessions/{id}/webhooks/{webhook}`: changes what is named.

use axum::{Json, extract};
use wagon_http_kit::{LenientJson, needs};
use wagon_services::UpdateWebhook;

use super::fields::{Fields, sources, webhook};
use super::view::View;
use crate::access::AtSession;
use crate::error::{Failure, OpenWa};
use crate::path::Path;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
    path: Path,
    fields: LenientJson<Fields, OpenWa>,
) -> Result<Json<View>, Failure> {
    let mut fields = fields.0;
    let read = fields.read()?;
    let webhooks = &state.services.webhooks;
    let found = webhook(&at, &path, webhooks).await?;
    let mut terms = found.openwa;
    if let Some(terms) = &mut terms {
        terms.events = read.events.unwrap_or_else(|| std::mem::take(&mut terms.events));
        fields.filters.apply(&mut terms.filters);
    }
    let change = UpdateWebhook {
        url: read.url,
        events: terms.as_ref().map(|terms| sources(&terms.events)),
        session: None,
        secret: fields.secret,
        headers: read.headers,
        retry: read.retry,
        active: fields.active,
        openwa: terms,
    };
    let changed = webhooks.update(&at.caller, &found.id, change).await?;
    Ok(Json(View::of(changed, webhooks, &at.caller).await?))
}

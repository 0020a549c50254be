//! `DELETE /sessions/{id}/webhooks/{webhook}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::needs;

use super::fields::webhook;
use crate::access::AtSession;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
    path: Path,
) -> Result<NoContent, Failure> {
    let webhooks = &state.services.webhooks;
    let found = webhook(&at, &path, webhooks).await?;
    webhooks.delete(&at.caller, &found.id).await?;
    Ok(NoContent)
}

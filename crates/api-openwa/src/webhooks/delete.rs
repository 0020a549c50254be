//! `DELETE /sessions/{id}/webhooks/{webhook}`.

use axum::extract;
use http::StatusCode;
use wagon_http_kit::needs;

use super::fields::webhook;
use crate::access::{AtSession, Segments};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
    path: Segments,
) -> Result<StatusCode, Failure> {
    let webhooks = &state.services.webhooks;
    let found = webhook(&at, &path, webhooks).await?;
    webhooks.delete(&at.caller, &found.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `GET /sessions/{id}/webhooks/{webhook}`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::fields::webhook;
use super::view::View;
use crate::access::AtSession;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let webhooks = &state.services.webhooks;
    let found = webhook(&at, &path, webhooks).await?;
    Ok(Json(View::of(found, webhooks, &at.caller).await?))
}

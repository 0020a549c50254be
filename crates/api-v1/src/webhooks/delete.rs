//! `DELETE /webhooks/{webhook}`.

use axum::extract;
use http::StatusCode;
use wagon_http_kit::Authenticated;

use super::path::WebhookPath;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    WebhookPath(id): WebhookPath,
) -> Result<StatusCode, Rejection> {
    state.services.webhooks.delete(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

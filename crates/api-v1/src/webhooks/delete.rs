//! `DELETE /webhooks/{webhook}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::Authenticated;

use super::path::WebhookPath;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    WebhookPath(id): WebhookPath,
) -> Result<NoContent, Rejection> {
    state.services.webhooks.delete(&caller, &id).await?;
    Ok(NoContent)
}

//! `GET /webhooks/{webhook}`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::path::WebhookPath;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    WebhookPath(id): WebhookPath,
) -> Result<Json<View>, Rejection> {
    let webhook = state.services.webhooks.get(&caller, &id).await?;
    Ok(Json(View::from(webhook)))
}

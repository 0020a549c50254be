//! `POST /webhooks/{webhook}:test`: one request now, and what came of it.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::{Permitted, needs};
use wagon_services::Trial;

use super::path::WebhookPath;
use super::view::AttemptView;
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WebhookTrial")]
pub(crate) struct View {
    event_id: String,
    delivered: bool,
    #[serde(flatten)]
    attempt: AttemptView,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Manage>,
    WebhookPath(id): WebhookPath,
) -> Result<Json<View>, Rejection> {
    let Trial {
        event,
        attempt,
        delivered,
    } = state.services.webhooks.test(&caller, &id).await?;
    Ok(Json(View {
        event_id: event.to_string(),
        delivered,
        attempt: attempt.into(),
    }))
}

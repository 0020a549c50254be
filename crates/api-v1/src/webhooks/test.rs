//! `POST /webhooks/{webhook}:test`: one request now, and what came of it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use wagon_domain::{Caller, WebhookId};
use wagon_services::{Trial, Webhooks};

use super::view::AttemptView;
use crate::error::Rejection;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    event_id: String,
    delivered: bool,
    #[serde(flatten)]
    attempt: AttemptView,
}

pub(super) async fn run(webhooks: &Webhooks, caller: &Caller, id: &WebhookId) -> Result<Response, Rejection> {
    let Trial {
        event,
        attempt,
        delivered,
    } = webhooks.test(caller, id).await?;
    let view = View {
        event_id: event.to_string(),
        delivered,
        attempt: attempt.into(),
    };
    Ok(Json(view).into_response())
}

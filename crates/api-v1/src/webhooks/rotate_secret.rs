//! `POST /webhooks/{webhook}:rotate-secret`. The answer is the only place that ever shows the secret.

use std::time::Duration;

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{LenientJson, Permitted, needs};
use wagon_services::Error;

use super::fields::invalid;
use super::path::WebhookPath;
use super::view::View as WebhookView;
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "RotateSecret")]
pub(crate) struct Request {
    /// Left out: one is made.
    secret: Option<String>,
    /// How long the old one goes on to sign beside it; a day unless given.
    overlap_seconds: Option<i64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RotatedSecret")]
pub(crate) struct View {
    secret: String,
    webhook: WebhookView,
}

const MAX_OVERLAP: i64 = 30 * 86_400;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<V1, needs::Manage>,
    WebhookPath(id): WebhookPath,
    request: LenientJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let overlap = request.0.overlap()?;
    let secret = request.0.secret.filter(|secret| !secret.is_empty());
    let webhooks = &state.services.webhooks;
    let (webhook, secret) = webhooks.rotate_secret(&caller, &id, secret, overlap).await?;
    Ok(Json(View {
        secret,
        webhook: webhook.into(),
    }))
}

impl Request {
    fn overlap(&self) -> Result<Option<Duration>, Error> {
        let overlap = |seconds: i64| {
            let seconds = u64::try_from(seconds).ok().filter(|_| seconds <= MAX_OVERLAP);
            seconds.map(Duration::from_secs).ok_or_else(|| {
                invalid(
                    "overlapSeconds",
                    format!("overlapSeconds must be between 0 and {MAX_OVERLAP}"),
                )
            })
        };
        self.overlap_seconds.map(overlap).transpose()
    }
}

//! `POST /webhooks/{webhook}:rotate-secret`. The answer is the only place that ever shows the secret.

use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequest, Request as HttpRequest};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use wagon_domain::{Caller, WebhookId};
use wagon_http_kit::LenientJson;
use wagon_services::{Error, Webhooks};

use super::fields::invalid;
use super::view::View as WebhookView;
use crate::error::{Rejection, V1};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Request {
    /// Left out: one is made.
    secret: Option<String>,
    /// How long the old one goes on to sign beside it; a day unless given.
    overlap_seconds: Option<i64>,
}

#[derive(Debug, Serialize)]
struct View {
    secret: String,
    webhook: WebhookView,
}

const MAX_OVERLAP: i64 = 30 * 86_400;

pub(super) async fn run(
    webhooks: &Webhooks,
    caller: &Caller,
    id: &WebhookId,
    request: HttpRequest,
) -> Result<Response, Rejection> {
    let request = LenientJson::<Request, V1>::from_request(request, &()).await?.0;
    let overlap = request.overlap()?;
    let secret = request.secret.filter(|secret| !secret.is_empty());
    let (webhook, secret) = webhooks.rotate_secret(caller, id, secret, overlap).await?;
    let view = View {
        secret,
        webhook: webhook.into(),
    };
    Ok(Json(view).into_response())
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

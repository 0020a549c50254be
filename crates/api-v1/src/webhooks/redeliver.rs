//! `POST /webhooks/{webhook}/deliveries/{delivery}:redeliver`.

use axum::extract::{self, FromRequestParts};
use axum::{Json, http::StatusCode};
use http::request::Parts;
use wagon_domain::{DeliveryId, WebhookId};
use wagon_http_kit::{Authenticated, PathValues};

use super::path;
use super::view::DeliveryView;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    Target { webhook, delivery }: Target,
) -> Result<(StatusCode, Json<impl serde::Serialize>), Rejection> {
    let webhooks = &state.services.webhooks;
    let delivery = webhooks.redeliver(&caller, &webhook, &delivery).await?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryView::from(delivery))))
}

pub(crate) struct Target {
    webhook: WebhookId,
    delivery: DeliveryId,
}

impl FromRequestParts<State> for Target {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let (id, action) = path::split(values.get("delivery"), parts, "GET,HEAD")?;
        if action != "redeliver" {
            return Err(path::unknown(parts).into());
        }
        Ok(Self {
            webhook: path::webhook(values.get("webhook"))?,
            delivery: path::delivery(id)?,
        })
    }
}

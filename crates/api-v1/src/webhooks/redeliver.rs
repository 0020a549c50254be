//! `POST /webhooks/{webhook}/deliveries/{delivery}:redeliver`.

use axum::extract;
use wagon_http_kit::Authenticated;

use super::path::DeliveryPath;
use super::view::DeliveryView;
use crate::error::{Rejection, V1};
use crate::openapi::Accepted;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    DeliveryPath { webhook, delivery }: DeliveryPath,
) -> Result<Accepted<DeliveryView>, Rejection> {
    let webhooks = &state.services.webhooks;
    let delivery = webhooks.redeliver(&caller, &webhook, &delivery).await?;
    Ok(Accepted(delivery.into()))
}

//! `GET /webhooks/{webhook}/deliveries/{delivery}`: one delivery with its attempts.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::Authenticated;

use super::path::DeliveryPath;
use super::view::{AttemptView, DeliveryView};
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeliveryDetail")]
pub(crate) struct View {
    #[serde(flatten)]
    delivery: DeliveryView,
    /// The latest attempts, oldest first.
    attempt_log: Vec<AttemptView>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    DeliveryPath { webhook, delivery }: DeliveryPath,
) -> Result<Json<View>, Rejection> {
    let found = state
        .services
        .webhooks
        .delivery(&caller, &webhook, &delivery)
        .await?;
    Ok(Json(View {
        attempt_log: found.log.iter().cloned().map(AttemptView::from).collect(),
        delivery: found.into(),
    }))
}

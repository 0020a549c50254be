//! `GET /webhooks/{webhook}/deliveries`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::{Delivery, DeliveryStatus};
use wagon_http_kit::{Authenticated, Query, QueryError};

use super::path::WebhookPath;
use super::view::DeliveryView;
use crate::error::{Rejection, V1};
use crate::page::{Page, Params};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Filter {
    #[serde(default)]
    #[schemars(schema_with = "crate::openapi::words::delivery_status")]
    status: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    WebhookPath(id): WebhookPath,
    params: Query<Params, V1>,
    filter: Query<Filter, V1>,
) -> Result<Json<Page<DeliveryView>>, Rejection> {
    let limit = params.0.limit()?;
    let before = params.0.position(|text| text.parse().ok())?;
    let status = filter.0.status.filter(|status| !status.is_empty());
    let status: Option<DeliveryStatus> = status
        .map(|status| status.parse())
        .transpose()
        .map_err(|_| QueryError::new("status", "expected pending, delivered, failed or dead"))?;
    let webhooks = &state.services.webhooks;
    let found = webhooks
        .deliveries(&caller, &id, status, before.as_ref(), limit.get())
        .await?;
    Ok(Json(Page::<DeliveryView>::new(
        found,
        limit,
        |last: &Delivery| last.id.to_string(),
    )))
}

//! `GET /webhooks`.

use axum::{Json, extract};
use serde::Deserialize;
use wagon_http_kit::{Query, needs};

use super::view::View;
use crate::access::Permitted;
use crate::error::{Failure, OpenWa};
use crate::page::Window;
use crate::state::State;

#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    limit: Option<String>,
    offset: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<needs::Manage>,
    query: Query<Params, OpenWa>,
) -> Result<Json<Vec<View>>, Failure> {
    let window = Window::parse(query.0.limit.as_deref(), query.0.offset.as_deref(), 1000)?;
    let webhooks = &state.services.webhooks;
    let mut list = webhooks.list(&caller).await?;
    list.retain(|webhook| webhook.openwa.is_some());
    Ok(Json(View::all(window.cut(list), webhooks, &caller).await?))
}

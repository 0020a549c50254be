//! `GET /webhooks`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::List;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
) -> Result<Json<List<View>>, Rejection> {
    let webhooks = state.services.webhooks.list(&caller).await?;
    Ok(Json(List::of(webhooks.into_iter().map(View::from).collect())))
}

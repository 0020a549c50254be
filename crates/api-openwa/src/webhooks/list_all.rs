//! `GET /webhooks`.

use axum::{Json, extract};
use wagon_http_kit::{Query, needs};

use super::view::View;
use crate::access::Permitted;
use crate::error::{Failure, OpenWa};
use crate::page::Page;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<needs::Manage>,
    page: Query<Page, OpenWa>,
) -> Result<Json<Vec<View>>, Failure> {
    let window = page.0.window(1000)?;
    let webhooks = &state.services.webhooks;
    let mut list = webhooks.list(&caller).await?;
    list.retain(|webhook| webhook.openwa.is_some());
    Ok(Json(View::all(window.cut(list), webhooks, &caller).await?))
}

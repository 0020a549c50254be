//! `GET /auth/api-keys`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::view::View;
use crate::access::Unscoped;
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
) -> Result<Json<Vec<View>>, Failure> {
    let keys = state.services.keys.list(&caller).await?;
    Ok(Json(keys.into_iter().rev().map(View::from).collect()))
}

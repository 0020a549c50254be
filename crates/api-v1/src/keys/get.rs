//! `GET /keys/{key}`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::path::KeyPath;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    KeyPath(id): KeyPath,
) -> Result<Json<View>, Rejection> {
    Ok(Json(state.services.keys.get(&caller, &id).await?.into()))
}

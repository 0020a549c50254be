//! `POST /auth/api-keys/{key}/revoke`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::fields::{id, named};
use super::view::View;
use crate::access::Unscoped;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let text = path.text("key");
    let key = state.services.keys.retire(&caller, &id(text)?).await;
    Ok(Json(key.map_err(|error| named(error, text))?.into()))
}

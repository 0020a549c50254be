//! `DELETE /auth/api-keys/{key}`.

use axum::extract;
use http::StatusCode;
use wagon_http_kit::needs;

use super::fields::{id, named};
use crate::access::{Segments, Unscoped};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
    path: Segments,
) -> Result<StatusCode, Failure> {
    let text = path.get("key");
    let deleted = state.services.keys.delete(&caller, &id(text)?).await;
    deleted.map_err(|error| named(error, text))?;
    Ok(StatusCode::NO_CONTENT)
}

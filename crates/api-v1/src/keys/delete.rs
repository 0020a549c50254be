//! `DELETE /keys/{key}`: revokes it. What it was stays in the list.

use axum::extract;
use http::StatusCode;
use wagon_http_kit::Authenticated;

use super::path::KeyPath;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    KeyPath(id): KeyPath,
) -> Result<StatusCode, Rejection> {
    state.services.keys.revoke(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `DELETE /keys/{key}`: revokes it. What it was stays in the list.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::Authenticated;

use super::path::KeyPath;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    KeyPath(id): KeyPath,
) -> Result<NoContent, Rejection> {
    state.services.keys.revoke(&caller, &id).await?;
    Ok(NoContent)
}

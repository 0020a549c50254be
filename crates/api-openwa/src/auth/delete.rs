//! `DELETE /auth/api-keys/{key}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::needs;

use super::fields::{id, named};
use crate::access::Unscoped;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
    path: Path,
) -> Result<NoContent, Failure> {
    let text = path.text("key");
    let deleted = state.services.keys.delete(&caller, &id(text)?).await;
    deleted.map_err(|error| named(error, text))?;
    Ok(NoContent)
}

//! `DELETE /users/{user}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::SuperAdmin;

use super::path::UserPath;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
    UserPath(id): UserPath,
) -> Result<NoContent, Rejection> {
    state.services.users.delete(&person, &id).await?;
    Ok(NoContent)
}

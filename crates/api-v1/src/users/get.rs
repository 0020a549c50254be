//! `GET /users/{user}`.

use axum::{Json, extract};
use wagon_http_kit::SuperAdmin;

use super::path::UserPath;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
    UserPath(id): UserPath,
) -> Result<Json<View>, Rejection> {
    Ok(Json(state.services.users.get(&person, &id).await?.into()))
}

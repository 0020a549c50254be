//! `GET /organizations/{organization}`.

use axum::{Json, extract};
use wagon_http_kit::Anyone;

use super::path::OrganizationPath;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
    OrganizationPath(id): OrganizationPath,
) -> Result<Json<View>, Rejection> {
    Ok(Json(state.services.organizations.get(&who, &id).await?.into()))
}

//! `DELETE /organizations/{organization}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::Anyone;

use super::path::OrganizationPath;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
    OrganizationPath(id): OrganizationPath,
) -> Result<NoContent, Rejection> {
    state.services.organizations.delete(&who, &id).await?;
    Ok(NoContent)
}

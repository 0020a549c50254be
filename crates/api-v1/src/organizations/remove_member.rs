//! `DELETE /organizations/{organization}/members/{user}`: also how someone leaves.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::Anyone;

use super::path::MemberPath;
use crate::error::{Rejection, V1};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
    MemberPath { organization, user }: MemberPath,
) -> Result<NoContent, Rejection> {
    let organizations = &state.services.organizations;
    organizations.remove_member(&who, &organization, &user).await?;
    Ok(NoContent)
}

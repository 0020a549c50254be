//! `GET /organizations/{organization}/members`.

use axum::{Json, extract};
use wagon_http_kit::Anyone;

use super::member::MemberView;
use super::path::OrganizationPath;
use crate::error::{Rejection, V1};
use crate::page::List;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
    OrganizationPath(id): OrganizationPath,
) -> Result<Json<List<MemberView>>, Rejection> {
    let members = state.services.organizations.members(&who, &id).await?;
    Ok(Json(List::of(
        members.into_iter().map(MemberView::from).collect(),
    )))
}

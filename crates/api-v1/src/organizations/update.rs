//! `PATCH /organizations/{organization}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{Anyone, StrictJson};

use super::path::OrganizationPath;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UpdateOrganization")]
pub(crate) struct Request {
    name: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
    OrganizationPath(id): OrganizationPath,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let organizations = &state.services.organizations;
    Ok(Json(
        organizations.rename(&who, &id, request.0.name).await?.into(),
    ))
}

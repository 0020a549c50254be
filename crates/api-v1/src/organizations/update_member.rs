//! `PATCH /organizations/{organization}/members/{user}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Role;
use wagon_http_kit::{Anyone, StrictJson};

use super::member::MemberView;
use super::path::MemberPath;
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UpdateMember")]
pub(crate) struct Request {
    #[schemars(schema_with = "crate::openapi::words::role")]
    role: Role,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
    MemberPath { organization, user }: MemberPath,
    request: StrictJson<Request, V1>,
) -> Result<Json<MemberView>, Rejection> {
    let organizations = &state.services.organizations;
    let member = organizations.update_member(&who, &organization, &user, request.0.role);
    Ok(Json(member.await?.into()))
}

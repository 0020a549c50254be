//! `POST /organizations/{organization}/members`: someone who has an account, or who gets one now.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Role;
use wagon_http_kit::{Anyone, StrictJson};
use wagon_services::AddMember;

use super::member::MemberView;
use super::path::OrganizationPath;
use crate::error::{Rejection, V1};
use crate::openapi::Created;
use crate::state::State;
use crate::users;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AddMember")]
pub(crate) struct Request {
    email: String,
    /// `member` unless given.
    #[serde(default)]
    #[schemars(schema_with = "crate::openapi::words::role")]
    role: Option<Role>,
    name: Option<String>,
    password: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
    OrganizationPath(id): OrganizationPath,
    request: StrictJson<Request, V1>,
) -> Result<Created<MemberView>, Rejection> {
    let request = AddMember {
        email: users::email(&request.0.email)?,
        role: request.0.role.unwrap_or(Role::Member),
        name: request.0.name,
        password: request.0.password,
    };
    let member = state
        .services
        .organizations
        .add_member(&who, &id, request)
        .await?;
    Ok(Created(member.into()))
}

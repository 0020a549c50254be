//! `POST /users`.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_domain::Role;
use wagon_http_kit::{StrictJson, SuperAdmin};
use wagon_services::{CreateUser, Error, Missing};

use super::fields::email;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::openapi::Created;
use crate::state::State;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "CreateUser")]
pub(crate) struct Request {
    email: String,
    name: Option<String>,
    /// Left out for someone who signs in elsewhere.
    password: Option<String>,
    super_admin: Option<bool>,
    /// Makes them a member of it from the beginning.
    organization_id: Option<String>,
    /// `member` unless given.
    #[serde(default)]
    #[schemars(schema_with = "crate::openapi::words::role")]
    role: Option<Role>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
    request: StrictJson<Request, V1>,
) -> Result<Created<View>, Rejection> {
    let user = state.services.users.create(&person, request.0.parse()?).await?;
    Ok(Created(user.into()))
}

impl Request {
    fn parse(self) -> Result<CreateUser, Error> {
        let org = self
            .organization_id
            .map(|id| id.parse().map_err(|_| Error::NotFound(Missing::Organization)))
            .transpose()?;
        if org.is_none() && self.role.is_some() {
            return Err(Error::Invalid {
                field: "role",
                message: "role goes with an organizationId".to_owned(),
            });
        }
        Ok(CreateUser {
            email: email(&self.email)?,
            name: self.name,
            password: self.password,
            super_admin: self.super_admin.unwrap_or(false),
            member: org.map(|org| (org, self.role.unwrap_or(Role::Member))),
        })
    }
}

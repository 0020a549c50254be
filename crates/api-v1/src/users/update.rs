//! `PATCH /users/{user}`: what is absent stays as it is.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, SuperAdmin};
use wagon_services::{Error, UpdateUser};

use super::fields::email;
use super::path::UserPath;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "UpdateUser")]
pub(crate) struct Request {
    email: Option<String>,
    name: Option<String>,
    password: Option<String>,
    super_admin: Option<bool>,
    disabled: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
    UserPath(id): UserPath,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let changes = request.0.parse()?;
    let user = state.services.users.update(&person, &id, changes).await?;
    Ok(Json(user.into()))
}

impl Request {
    fn parse(self) -> Result<UpdateUser, Error> {
        Ok(UpdateUser {
            email: self.email.as_deref().map(email).transpose()?,
            name: self.name,
            password: self.password,
            super_admin: self.super_admin,
            disabled: self.disabled,
        })
    }
}

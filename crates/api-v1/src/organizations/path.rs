//! Typed path values of organisations.

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_domain::{OrgId, UserId};
use wagon_http_kit::PathValues;
use wagon_services::{Error, Missing};

use crate::error::{Rejection, V1};
use crate::openapi::Input;
use crate::state::State;
use crate::users;

/// `{organization}`. A text that is no organisation's id names none.
pub(crate) struct OrganizationPath(pub(super) OrgId);

impl Input for OrganizationPath {}

impl FromRequestParts<State> for OrganizationPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self(organization(&values)?))
    }
}

/// `{organization}` and `{user}`.
pub(crate) struct MemberPath {
    pub(super) organization: OrgId,
    pub(super) user: UserId,
}

impl Input for MemberPath {}

impl FromRequestParts<State> for MemberPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let user = users::parse_id(values.get("user"));
        Ok(Self {
            organization: organization(&values)?,
            user: user.map_err(|_| Error::NotFound(Missing::Member))?,
        })
    }
}

fn organization(values: &PathValues) -> Result<OrgId, Error> {
    let id = values.get("organization").parse();
    id.map_err(|_| Error::NotFound(Missing::Organization))
}

//! `{user}`. A text that is no user's id names no user.

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_domain::UserId;
use wagon_http_kit::PathValues;
use wagon_services::{Error, Missing};

use crate::error::{Rejection, V1};
use crate::openapi::Input;
use crate::state::State;

pub(crate) struct UserPath(pub(super) UserId);

impl Input for UserPath {}

impl FromRequestParts<State> for UserPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        Ok(Self(parse(values.get("user"))?))
    }
}

pub(crate) fn parse(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound(Missing::User))
}

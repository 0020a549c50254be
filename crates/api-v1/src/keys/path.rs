//! `{key}`. A text that is no key's id names no key.

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_domain::KeyId;
use wagon_http_kit::PathValues;
use wagon_services::{Error, Missing};

use crate::error::{Rejection, V1};
use crate::openapi::Input;
use crate::state::State;

pub(crate) struct KeyPath(pub(super) KeyId);

impl Input for KeyPath {}

impl FromRequestParts<State> for KeyPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let values = PathValues::of::<V1, _>(parts, state).await?;
        let id = values.get("key").parse();
        Ok(Self(id.map_err(|_| Error::NotFound(Missing::Key))?))
    }
}

//! `POST /organizations`.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, SuperAdmin};

use super::view::View;
use crate::error::{Rejection, V1};
use crate::openapi::Created;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateOrganization")]
pub(crate) struct Request {
    name: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
    request: StrictJson<Request, V1>,
) -> Result<Created<View>, Rejection> {
    let org = state
        .services
        .organizations
        .create(&person, request.0.name)
        .await?;
    Ok(Created(org.into()))
}

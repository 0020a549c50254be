//! `POST /auth/refresh`: the next pair of tokens, perhaps for another organisation.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{ClientAddress, StrictJson};

use super::view::{View, organization};
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "Refresh")]
pub(crate) struct Request {
    refresh_token: String,
    organization_id: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    ClientAddress(address): ClientAddress,
    request: StrictJson<Request, V1>,
) -> Result<View, Rejection> {
    let Request {
        refresh_token,
        organization_id,
    } = request.0;
    let org = organization(organization_id)?;
    let sign_in = &state.services.sign_in;
    Ok(sign_in.refresh(&refresh_token, org, address).await?.into())
}

//! `POST /auth/sign-in`.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{ClientAddress, StrictJson};
use wagon_services::{Error, SignInRequest};

use super::view::{View, organization};
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "SignIn")]
pub(crate) struct Request {
    email: String,
    password: String,
    organization_id: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    ClientAddress(address): ClientAddress,
    request: StrictJson<Request, V1>,
) -> Result<View, Rejection> {
    let Request {
        email,
        password,
        organization_id,
    } = request.0;
    let request = SignInRequest {
        // Nobody has an address that is none.
        email: email.parse().map_err(|_| Error::NotSignedIn)?,
        password,
        org: organization(organization_id)?,
        address,
    };
    Ok(state.services.sign_in.sign_in(request).await?.into())
}

//! `POST /auth/sign-out`.

use axum::extract;
use axum::response::NoContent;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{ClientAddress, StrictJson};

use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "SignOut")]
pub(crate) struct Request {
    refresh_token: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    ClientAddress(address): ClientAddress,
    request: StrictJson<Request, V1>,
) -> Result<NoContent, Rejection> {
    let sign_in = &state.services.sign_in;
    sign_in.sign_out(&request.0.refresh_token, address).await?;
    Ok(NoContent)
}

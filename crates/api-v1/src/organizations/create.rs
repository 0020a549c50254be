//! `POST /organizations`.

use axum::{Json, extract};
use http::StatusCode;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, SuperAdmin};

use super::view::View;
use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    name: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
    request: StrictJson<Request, V1>,
) -> Result<(StatusCode, Json<View>), Rejection> {
    let org = state
        .services
        .organizations
        .create(&person, request.0.name)
        .await?;
    Ok((StatusCode::CREATED, Json(org.into())))
}

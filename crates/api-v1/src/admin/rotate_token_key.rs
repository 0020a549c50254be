//! `POST /admin/token-keys:rotate`: a new key signs access tokens from now on.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::SuperAdmin;

use crate::error::{Rejection, V1};
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TokenKey")]
pub(crate) struct View {
    kid: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
) -> Result<Json<View>, Rejection> {
    let kid = state.services.tokens.rotate(&person).await?;
    Ok(Json(View { kid: kid.into() }))
}

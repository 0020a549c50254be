//! `PATCH /sessions/{session}/profile`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::ChangeProfile;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeProfile")]
pub(crate) struct Request {
    name: Option<String>,
    about: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    InSession { caller, session, .. }: InSession<needs::Send>,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let Request { name, about } = request.0;
    let change = ChangeProfile { name, about };
    let profile = state.services.profile.change(&caller, &session, change).await?;
    Ok(Json(View::from(profile)))
}

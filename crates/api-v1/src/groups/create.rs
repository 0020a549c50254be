//! `POST /sessions/{session}/groups`.

use axum::extract;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::CreateGroup;

use super::path::people;
use super::view::CreatedView;
use crate::error::{Rejection, V1};
use crate::openapi::Created;
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateGroup")]
pub(crate) struct Request {
    name: Option<String>,
    participants: Option<Vec<String>>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    request: StrictJson<Request, V1>,
) -> Result<Created<CreatedView>, Rejection> {
    let request = CreateGroup {
        subject: request.0.name.unwrap_or_default(),
        members: people(request.0.participants)?,
    };
    let created = state
        .services
        .groups
        .create(&at.caller, &at.session, request)
        .await?;
    Ok(Created(CreatedView::from(created)))
}

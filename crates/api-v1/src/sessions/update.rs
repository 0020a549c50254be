//! `PATCH /sessions/{session}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::UpdateSession;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

/// What is left out, or null, stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "UpdateSession")]
pub(crate) struct Request {
    label: Option<String>,
    auto_read: Option<bool>,
    presence_typing: Option<bool>,
    rate_per_min: Option<i32>,
    rate_per_hour: Option<i32>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Manage>,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let sessions = &state.services.sessions;
    let session = sessions.update(&at.caller, &at.session, request.0.into()).await?;
    Ok(Json(View::new(session, &state.gateway_id)))
}

impl From<Request> for UpdateSession {
    fn from(request: Request) -> Self {
        Self {
            label: request.label,
            auto_read: request.auto_read,
            presence_typing: request.presence_typing,
            rate_per_min: request.rate_per_min,
            rate_per_hour: request.rate_per_hour,
        }
    }
}

//! `PUT /sessions/{id}/presence`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};

use crate::access::{AtSession, Family};
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SetPresence")]
pub(crate) struct Request {
    available: bool,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let id = at.session(Family::Sessions)?;
    let shown = state
        .services
        .profile
        .set_online(&at.caller, id, request.0.available)
        .await;
    shown.map_err(|error| at.refuse(error, Family::Sessions))?;
    Ok(Json(Done::OK))
}

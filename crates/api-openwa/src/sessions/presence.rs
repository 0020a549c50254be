//! `PUT /sessions/{id}/presence`.

use axum::{Json, extract};
use serde::Deserialize;
use serde_json::{Value, json};
use wagon_http_kit::{StrictJson, needs};

use crate::access::{AtSession, Family};
use crate::error::{Failure, OpenWa};
use crate::state::State;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    available: bool,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<Value>, Failure> {
    let id = at.session(Family::Sessions)?;
    let shown = state
        .services
        .profile
        .set_online(&at.caller, id, request.0.available)
        .await;
    shown.map_err(|error| at.refuse(error, Family::Sessions))?;
    Ok(Json(json!({ "success": true })))
}

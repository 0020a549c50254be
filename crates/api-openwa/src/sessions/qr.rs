//! `GET /sessions/{id}/qr`.

use axum::{Json, extract};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;
use wagon_services::{Conflict, Error, Missing};

use super::view::status;
use crate::access::{AtSession, Family};
use crate::error::{Failure, Refusal};
use crate::qr::data_url;
use crate::state::State;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "QrCode")]
pub(crate) struct View {
    qr_code: String,
    status: &'static str,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
) -> Result<Json<View>, Failure> {
    let id = at.session(Family::Sessions)?;
    let sessions = &state.services.sessions;
    if !sessions.is_running(id) {
        return Err(Family::Sessions.not_started(&at.name).into());
    }
    let qr = sessions
        .qr(&at.caller, id)
        .await
        .map_err(|error| refuse(&at, error))?;
    let session = sessions.resolve(&at.caller, id).await?;
    let qr_code = data_url(&qr.code).ok_or_else(not_ready)?;
    Ok(Json(View {
        qr_code,
        status: status(&session, true),
    }))
}

fn refuse(at: &AtSession<needs::Manage>, error: Error) -> Failure {
    match error {
        Error::Conflict(Conflict::AlreadyLinked) => {
            Refusal::new(StatusCode::BAD_REQUEST, "Session is already authenticated").into()
        }
        Error::NotFound(Missing::Qr) => not_ready().into(),
        error => at.refuse(error, Family::Sessions),
    }
}

fn not_ready() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "QR code is not ready yet")
}

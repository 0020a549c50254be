//! `POST /sessions/{id}/pairing-code`.

use axum::extract;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::PhoneNumber;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{Conflict, Error, Missing};

use super::view::status;
use crate::access::{AtSession, Family};
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::Created;
use crate::state::State;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "RequestPairingCode")]
pub(crate) struct Request {
    #[schemars(required)]
    phone_number: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PairingCode")]
pub(crate) struct View {
    pairing_code: String,
    status: &'static str,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
    request: LenientJson<Request, OpenWa>,
) -> Result<Created<View>, Failure> {
    let phone = number(request.0.phone_number.as_deref())?;
    let id = at.session(Family::Sessions)?;
    let sessions = &state.services.sessions;
    if !sessions.is_running(id) {
        return Err(Family::Sessions.not_started(&at.name).into());
    }
    let code = sessions.pairing_code(&at.caller, id, &phone).await;
    let code = code.map_err(|error| refuse(&at, error))?;
    let session = sessions.resolve(&at.caller, id).await?;
    let view = View {
        pairing_code: code.code.replace('-', ""),
        status: status(&session, true),
    };
    Ok(Created(view))
}

fn number(text: Option<&str>) -> Result<PhoneNumber, Refusal> {
    let digits = text.filter(|text| (6..=15).contains(&text.len()));
    let number = digits.and_then(|text| text.parse().ok());
    number.ok_or_else(|| {
        let message = "phoneNumber must have between 6 and 15 digits, with the country code and without +";
        Refusal::validation(vec![message.to_owned()])
    })
}

fn refuse(at: &AtSession<needs::Manage>, error: Error) -> Failure {
    match error {
        Error::Conflict(Conflict::AlreadyLinked | Conflict::AlreadyRunning) => {
            Refusal::new(StatusCode::BAD_REQUEST, "Session is already authenticated").into()
        }
        Error::NotFound(Missing::Qr) => {
            Refusal::new(StatusCode::CONFLICT, "Session is not ready for a pairing code").into()
        }
        error => at.refuse(error, Family::Sessions),
    }
}

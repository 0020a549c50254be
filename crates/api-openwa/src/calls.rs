//! Calls.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{StrictJson, needs};
use wagon_services::{Error, Missing};

use crate::access::{AtSession, Family};
use crate::done::Done;
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::{Api, op};
use crate::path::Path;
use crate::state::State;

const FAMILY: Family = Family::Account;
/// The last moment that JavaScript's dates know, in milliseconds.
const LAST_MOMENT: f64 = 8.64e15;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Calls", "Calls of an account.")
        .post(
            "/sessions/{id}/calls/link",
            link,
            op("createCallLink", "A link that starts a call"),
        )
        .post(
            "/sessions/{id}/calls/{callId}/reject",
            reject,
            op("rejectCall", "Declines a call that rings"),
        )
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "CreateCallLink")]
struct Request {
    r#type: Kind,
    /// Links are good at once and for good; the time is looked at and not needed.
    start_time: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "CallKind")]
enum Kind {
    Audio,
    Video,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CallLink")]
struct View {
    link: String,
}

/// `POST /sessions/{id}/calls/link`.
async fn link(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<View>, Failure> {
    if !(1.0..=LAST_MOMENT).contains(&request.0.start_time) {
        let problem = "startTime must be a time in milliseconds".to_owned();
        return Err(Refusal::validation(vec![problem]).into());
    }
    let video = request.0.r#type == Kind::Video;
    let calls = &state.services.calls;
    let link = calls
        .link(&at.caller, at.session(FAMILY)?, video)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(View { link }))
}

/// `POST /sessions/{id}/calls/{callId}/reject`.
async fn reject(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    let calls = &state.services.calls;
    calls
        .reject(&at.caller, at.session(FAMILY)?, path.text("callId"))
        .await
        .map_err(|error| match error {
            Error::NotFound(Missing::OnWhatsApp) => {
                Refusal::not_found(format!("Call {} is not ringing", path.text("callId"))).into()
            }
            error => at.refuse(error, FAMILY),
        })?;
    Ok(Json(Done::OK))
}

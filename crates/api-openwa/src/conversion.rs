//! Media in the form that WhatsApp plays.

use axum::{Json, extract};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{BodyLimit, StrictJson, needs};
use wagon_services::Convert;

use crate::access::{AtSession, Family};
use crate::error::{Failure, OpenWa, Refusal};
use crate::file::File;
use crate::openapi::{Api, op};
use crate::state::State;

const FAMILY: Family = Family::Account;

pub(crate) fn routes(api: Api, files: BodyLimit) -> Api {
    api.about("Conversion", "Media in the forms that WhatsApp plays.")
        .post(
            "/sessions/{id}/media/convert/voice",
            voice,
            op("convertVoice", "Makes a voice note of a sound").limit(files),
        )
        .post(
            "/sessions/{id}/media/convert/video",
            video,
            op("convertVideo", "Makes a video that every phone plays").limit(files),
        )
        .get(
            "/sessions/{id}/media/convert",
            available,
            op("getConversion", "Whether conversion is available"),
        )
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConvertMedia")]
struct Request {
    url: Option<String>,
    base64: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConversionAvailability")]
struct Availability {
    available: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConvertedMedia")]
struct View {
    base64: String,
    mimetype: &'static str,
    bytes: usize,
}

/// `GET /sessions/{id}/media/convert`.
async fn available(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<Availability>, Failure> {
    let conversion = &state.services.conversion;
    let available = conversion
        .available(&at.caller, at.session(FAMILY)?)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(Availability { available }))
}

/// `POST /sessions/{id}/media/convert/voice`.
async fn voice(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<View>, Failure> {
    convert(&state, &at, Convert::Voice, request.0).await
}

/// `POST /sessions/{id}/media/convert/video`.
async fn video(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<View>, Failure> {
    convert(&state, &at, Convert::Video, request.0).await
}

async fn convert(
    state: &State,
    at: &AtSession<needs::Send>,
    what: Convert,
    Request { url, base64 }: Request,
) -> Result<Json<View>, Failure> {
    if url.is_some() && base64.is_some() {
        let problem = "exactly one of url and base64 must be provided".to_owned();
        return Err(Refusal::validation(vec![problem]).into());
    }
    let origin = File::untyped(url, base64).origin()?;
    let made = state
        .services
        .conversion
        .convert(&at.caller, at.session(FAMILY)?, what, origin)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(View {
        base64: STANDARD.encode(&made.bytes),
        mimetype: made.mimetype,
        bytes: made.bytes.len(),
    }))
}

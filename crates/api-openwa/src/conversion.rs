//! Media in the form that WhatsApp plays.

use axum::routing::{get, post};
use axum::{Extension, Json, Router, extract};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{BodyLimit, StrictJson, needs};
use wagon_services::Convert;

use crate::access::{AtSession, Family};
use crate::error::{Failure, OpenWa, Refusal};
use crate::file::{self, File};
use crate::state::State;

const FAMILY: Family = Family::Account;

pub(crate) fn routes(state: &State) -> Router<State> {
    Router::new()
        .route("/sessions/{id}/media/convert/voice", post(voice))
        .route("/sessions/{id}/media/convert/video", post(video))
        .layer(Extension(BodyLimit(file::body_limit(state))))
        .route("/sessions/{id}/media/convert", get(available))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    url: Option<String>,
    base64: Option<String>,
}

#[derive(Debug, Serialize)]
struct Availability {
    available: bool,
}

#[derive(Debug, Serialize)]
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

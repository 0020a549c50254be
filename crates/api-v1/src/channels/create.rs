//! `POST /sessions/{session}/channels`.

use axum::{Json, extract};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{StrictJson, needs};

use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    name: Option<String>,
    description: Option<String>,
}

#[derive(Serialize)]
struct View {
    jid: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    request: StrictJson<Request, V1>,
) -> Result<(StatusCode, Json<impl Serialize>), Rejection> {
    let Request { name, description } = request.0;
    let channel = state
        .services
        .channels
        .create(
            &at.caller,
            &at.session,
            name.as_deref().unwrap_or_default(),
            description.as_deref(),
        )
        .await?;
    let view = View {
        jid: channel.to_string(),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

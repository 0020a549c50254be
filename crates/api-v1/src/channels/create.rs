//! `POST /sessions/{session}/channels`.

use axum::extract;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{StrictJson, needs};

use crate::error::{Rejection, V1};
use crate::openapi::Created;
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateChannel")]
pub(crate) struct Request {
    name: Option<String>,
    description: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Channel")]
pub(crate) struct View {
    jid: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    request: StrictJson<Request, V1>,
) -> Result<Created<View>, Rejection> {
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
    Ok(Created(view))
}

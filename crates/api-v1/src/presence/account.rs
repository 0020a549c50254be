//! `PUT /sessions/{session}/presence`.

use axum::extract;
use axum::response::NoContent;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};

use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SetPresence")]
pub(crate) struct Request {
    state: Word,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "AccountPresence")]
enum Word {
    Online,
    Offline,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    InSession { caller, session, .. }: InSession<needs::Send>,
    request: StrictJson<Request, V1>,
) -> Result<NoContent, Rejection> {
    let online = request.0.state == Word::Online;
    state
        .services
        .profile
        .set_online(&caller, &session, online)
        .await?;
    Ok(NoContent)
}

//! `POST …/messages/star`.

use axum::{Json, extract};
use serde::Deserialize;
use wagon_http_kit::{LenientJson, needs};

use super::operate::{Done, named};
use crate::access::{AtChat, Family};
use crate::check::Checks;
use crate::error::{Failure, OpenWa};
use crate::state::State;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Request {
    chat_id: Option<String>,
    message_id: Option<String>,
    star: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: LenientJson<Request, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let mut checks = Checks::default();
    let request = request.0;
    let message = named(
        &mut checks,
        request.chat_id.as_deref(),
        request.message_id.as_deref(),
    );
    let star = checks.given("star", request.star, "a boolean value");
    let (message, star) = checks.finish(message.zip(star))?;
    at.admit(&message.chat)?;
    let session = at.session(Family::Messages)?;
    match state
        .services
        .messages
        .star(&at.caller, session, &message, star)
        .await
    {
        Ok(()) => Ok(Json(Done { success: true })),
        Err(error) => Err(at.refuse(error, Family::Messages)),
    }
}

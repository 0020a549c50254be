//! `POST …/messages/star`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{LenientJson, needs};

use super::operate::named;
use crate::access::{AtChat, Family};
use crate::check::Checks;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::state::State;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "StarMessage")]
pub(crate) struct Request {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    message_id: Option<String>,
    #[schemars(required)]
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
        Ok(()) => Ok(Json(Done::OK)),
        Err(error) => Err(at.refuse(error, Family::Messages)),
    }
}

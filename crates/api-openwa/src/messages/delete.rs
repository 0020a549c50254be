//! `POST …/messages/delete`: for everyone, or for the account alone.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{Mode, Operation};

use super::operate::named;
use super::result::View;
use crate::access::{AtChat, Family};
use crate::check::Checks;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::state::State;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "DeleteMessage")]
pub(crate) struct Request {
    #[schemars(required)]
    chat_id: Option<String>,
    #[schemars(required)]
    message_id: Option<String>,
    for_everyone: Option<bool>,
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
    let message = checks.finish(message)?;
    at.admit(&message.chat)?;
    let session = at.session(Family::Messages)?;
    let messages = &state.services.messages;
    let deleted = if request.for_everyone.unwrap_or(true) {
        messages
            .operate(&at.caller, session, message, Operation::Revoke, None, Mode::Sync)
            .await
            .and_then(|done| View::try_from(done.sent).map(drop))
    } else {
        messages.forget(&at.caller, session, &message).await
    };
    match deleted {
        Ok(()) => Ok(Json(Done::OK)),
        Err(error) => Err(at.refuse(error, Family::Messages)),
    }
}

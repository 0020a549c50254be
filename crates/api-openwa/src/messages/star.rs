//! `POST …/messages/star`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::Named;

use super::operate::{done, named, session_for};
use crate::access::AtChat;
use crate::check::Checks;
use crate::done::Done;
use crate::error::{Failure, OpenWa, Refusal};
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

impl Request {
    fn read(self) -> Result<(Named, bool), Refusal> {
        let mut checks = Checks::default();
        let message = named(&mut checks, self.chat_id.as_deref(), self.message_id.as_deref());
        let star = checks.given("star", self.star, "a boolean value");
        checks.finish(message.zip(star))
    }
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: LenientJson<Request, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let (message, star) = request.0.read()?;
    let session = session_for(&at, &message)?;
    let messages = &state.services.messages;
    done(&at, messages.star(&at.caller, session, &message, star).await)
}

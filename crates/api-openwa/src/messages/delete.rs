//! `POST …/messages/delete`: for everyone, or for the account alone.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{Mode, Named, Operation};

use super::operate::{done, named, session_for};
use super::result::View;
use crate::access::AtChat;
use crate::check::Checks;
use crate::done::Done;
use crate::error::{Failure, OpenWa, Refusal};
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

impl Request {
    /// The message, and whether it goes for everyone.
    fn read(self) -> Result<(Named, bool), Refusal> {
        let mut checks = Checks::default();
        let message = named(&mut checks, self.chat_id.as_deref(), self.message_id.as_deref());
        Ok((checks.finish(message)?, self.for_everyone.unwrap_or(true)))
    }
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    request: LenientJson<Request, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let (message, for_everyone) = request.0.read()?;
    let session = session_for(&at, &message)?;
    let messages = &state.services.messages;
    let deleted = if for_everyone {
        messages
            .operate(&at.caller, session, message, Operation::Revoke, None, Mode::Sync)
            .await
            .and_then(|done| View::try_from(done.sent).map(drop))
    } else {
        messages.forget(&at.caller, session, &message).await
    };
    done(&at, deleted)
}

//! What paths name below a session's messages.

use axum::extract::FromRequestParts;
use http::request::Parts;
use wagon_domain::{Jid, WaMessageId};
use wagon_http_kit::PathValues;

use crate::check::Checks;
use crate::error::{Failure, OpenWa};
use crate::openapi::Input;
use crate::state::State;

/// `{chat}`.
pub(super) struct ChatPath(pub(super) Jid);

/// `{chat}/{message}`.
pub(super) struct MessagePath {
    pub(super) chat: Jid,
    pub(super) id: WaMessageId,
}

impl Input for ChatPath {}

impl FromRequestParts<State> for ChatPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let values = PathValues::of::<OpenWa, _>(parts, state).await?;
        let mut checks = Checks::default();
        let chat = checks.chat("chatId", Some(values.get("chat")));
        Ok(Self(checks.finish(chat)?))
    }
}

impl Input for MessagePath {}

impl FromRequestParts<State> for MessagePath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let values = PathValues::of::<OpenWa, _>(parts, state).await?;
        let mut checks = Checks::default();
        let chat = checks.chat("chatId", Some(values.get("chat")));
        let id = checks.message("messageId", Some(values.get("message")));
        let (chat, id) = checks.finish(chat.zip(id))?;
        Ok(Self { chat, id })
    }
}

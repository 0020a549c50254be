//! Callers of routes that name a chat.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use wagon_domain::Jid;
use wagon_http_kit::Needs;

use super::at_session::AtSession;
use crate::error::{Failure, Refusal};
use crate::jid;
use crate::openapi::{Access, Input, Operation, Schemas};
use crate::path::Path;
use crate::state::State;

/// Like [`AtSession`], also with a key that is limited to some chats: the handler takes the chat through
/// [`chat`](Self::chat) or [`chat_in`](Self::chat_in), or has it [admitted](Self::admit).
#[derive(Debug)]
pub(crate) struct AtChat<N>(AtSession<N>);

impl<N> Deref for AtChat<N> {
    type Target = AtSession<N>;

    fn deref(&self) -> &AtSession<N> {
        &self.0
    }
}

impl<N: Needs> Input for AtChat<N> {
    fn describe(operation: &mut Operation, _: &mut Schemas) {
        operation.set_access(Access::Caller);
        operation.set_capability(N::CAPABILITY);
    }
}

impl<N: Needs> FromRequestParts<State> for AtChat<N> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        AtSession::before_chats(parts, state).await.map(Self)
    }
}

impl<N> AtChat<N> {
    /// The chat that a field names, if the caller's key is good for it.
    pub(crate) fn chat(&self, field: &str, text: &str) -> Result<Jid, Refusal> {
        let chat = jid::named(field, text)?;
        self.admit(&chat)?;
        Ok(chat)
    }

    /// The chat that the path names, if the caller's key is good for it.
    pub(crate) fn chat_in(&self, path: &Path, name: &'static str) -> Result<Jid, Refusal> {
        self.chat(name, path.text(name))
    }

    /// Refuses a chat that the caller's key is not good for.
    pub(crate) fn admit(&self, chat: &Jid) -> Result<(), Refusal> {
        if self.sees(chat) {
            Ok(())
        } else {
            let message = "API key not authorized for this chat";
            Err(Refusal::new(StatusCode::FORBIDDEN, message))
        }
    }

    /// Whether the key is good for this chat, for lists that leave the others out.
    pub(crate) fn sees(&self, chat: &Jid) -> bool {
        let chats = self.caller.chats.as_ref();
        chats.is_none_or(|chats| chats.iter().any(|allowed| allowed.bare() == chat.bare()))
    }
}

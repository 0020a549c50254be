//! Single messages, through app state.

use async_trait::async_trait;
use wacore_binary::Jid as WaJid;
use wagon_domain::content::Target;
use wagon_domain::{Jid, SessionId, Timestamp};
use wagon_engine::{CallError, Messages};

use crate::call::{failed, wire_address};
use crate::engine::WhatsAppEngine;

#[async_trait]
impl Messages for WhatsAppEngine {
    async fn star_message(
        &self,
        session: &SessionId,
        chat: &Jid,
        message: &Target,
        starred: bool,
    ) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("chat", chat)?;
        let author = author(chat, message)?;
        let (id, own) = (message.id.as_str(), message.from_me);
        let actions = client.chat_actions();
        let done = if starred {
            actions.star_message(&jid, author.as_ref(), id, own).await
        } else {
            actions.unstar_message(&jid, author.as_ref(), id, own).await
        };
        done.map_err(failed)
    }

    async fn forget_message(
        &self,
        session: &SessionId,
        chat: &Jid,
        message: &Target,
        at: Timestamp,
    ) -> Result<(), CallError> {
        let client = self.client_with_app_state(session).await?;
        let jid = wire_address("chat", chat)?;
        let author = author(chat, message)?;
        let (id, own) = (message.id.as_str(), message.from_me);
        client
            .chat_actions()
            .delete_message_for_me(&jid, author.as_ref(), id, own, true, Some(at.as_secs()))
            .await
            .map_err(failed)
    }
}

/// In a chat of two the chat itself names the author.
fn author(chat: &Jid, message: &Target) -> Result<Option<WaJid>, CallError> {
    message
        .sender
        .as_ref()
        .filter(|_| !message.from_me && !chat.is_person())
        .map(|sender| wire_address("sender", sender))
        .transpose()
}

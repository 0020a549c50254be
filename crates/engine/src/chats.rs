//! Conversations on all devices of the account, and what others see of the reading.

use async_trait::async_trait;
use wagon_domain::presence::Typing;
use wagon_domain::{Jid, SessionId, Timestamp, WaMessageId};

use crate::call::CallError;

/// The latest message of a chat: changes to a chat say up to where they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMessage {
    pub wa_id: WaMessageId,
    pub from_me: bool,
    /// The author, in a group, when it is somebody else.
    pub sender: Option<Jid>,
    pub timestamp: Timestamp,
}

#[async_trait]
pub trait Chats {
    async fn archive_chat(
        &self,
        session: &SessionId,
        chat: &Jid,
        archived: bool,
        last: Option<&LastMessage>,
    ) -> Result<(), CallError>;

    async fn pin_chat(&self, session: &SessionId, chat: &Jid, pinned: bool) -> Result<(), CallError>;

    /// Mutes until a time; `None` ends it.
    async fn mute_chat(
        &self,
        session: &SessionId,
        chat: &Jid,
        until: Option<Timestamp>,
    ) -> Result<(), CallError>;

    /// Marks a chat as read, or as not, on the account's other devices.
    async fn mark_chat_read(
        &self,
        session: &SessionId,
        chat: &Jid,
        read: bool,
        last: Option<&LastMessage>,
    ) -> Result<(), CallError>;

    /// Takes all messages out of a chat, on the account's other devices too.
    async fn clear_chat(
        &self,
        session: &SessionId,
        chat: &Jid,
        last: Option<&LastMessage>,
    ) -> Result<(), CallError>;

    async fn delete_chat(
        &self,
        session: &SessionId,
        chat: &Jid,
        last: Option<&LastMessage>,
    ) -> Result<(), CallError>;

    /// Tells the author that messages were read. `sender` is the author in a group.
    async fn read_messages(
        &self,
        session: &SessionId,
        chat: &Jid,
        sender: Option<&Jid>,
        ids: &[WaMessageId],
    ) -> Result<(), CallError>;

    /// Shows the chat that the account's user is typing, or has stopped.
    async fn show_typing(&self, session: &SessionId, chat: &Jid, typing: Typing) -> Result<(), CallError>;

    /// Asks to be told when a person comes and goes.
    async fn watch_presence(&self, session: &SessionId, who: &Jid) -> Result<(), CallError>;
}

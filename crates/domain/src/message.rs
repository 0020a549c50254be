//! Messages as Wagon stores and tells them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
pub use crate::content::{Content, MediaKind, WireContent};
use crate::id::{MessageId, OutboxId, SessionId, WaMessageId};
use crate::jid::Jid;

/// How far a message has come. Receipts only move it forward; `Failed` is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    Pending,
    Sent,
    Delivered,
    Read,
    Played,
    Failed,
}

impl MessageStatus {
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Played,
        Self::Failed,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
        }
    }

    /// Position on the way from pending to played; the order receipts may move a message in.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Pending => 1,
            Self::Sent => 2,
            Self::Delivered => 3,
            Self::Read => 4,
            Self::Played => 5,
            Self::Failed => 6,
        }
    }
}

impl fmt::Display for MessageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no message status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown message status `{0}`")]
pub struct UnknownMessageStatus(String);

impl FromStr for MessageStatus {
    type Err = UnknownMessageStatus;

    fn from_str(text: &str) -> Result<Self, UnknownMessageStatus> {
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| UnknownMessageStatus(text.to_owned()))
    }
}

/// The message that another one answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub id: WaMessageId,
    /// Its author; unknown when a send quotes a message Wagon never saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Jid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default)]
    pub from_me: bool,
}

/// A person by both addresses, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jid: Option<Jid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lid: Option<Jid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Party {
    /// The address that names this person: the phone JID when known, else the LID.
    pub fn address(&self) -> Option<&Jid> {
        self.jid.as_ref().or(self.lid.as_ref())
    }
}

/// A message as WhatsApp delivered it, before Wagon gives it a place in its store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    pub wa_id: WaMessageId,
    pub chat: Chat,
    pub sender: Party,
    /// Sent by the same account on another of its devices.
    pub from_me: bool,
    pub content: Content,
    pub quote: Option<Quote>,
    pub mentions: Vec<Jid>,
    /// What the engine needs to work with it later; missing when the content says everything.
    pub wire: Option<WireContent>,
    /// WhatsApp's own time.
    pub timestamp: Timestamp,
}

/// A conversation by its canonical address, with the other one if it has two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// Phone JID of a person when known, else LID; group, channel or broadcast JID otherwise.
    pub jid: Jid,
    /// The LID of a person whose phone JID is known.
    pub alias: Option<Jid>,
}

/// A stored message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub session: SessionId,
    pub wa_id: WaMessageId,
    pub chat: Jid,
    pub sender: Party,
    pub from_me: bool,
    pub content: Content,
    pub quote: Option<Quote>,
    pub mentions: Vec<Jid>,
    /// `None` for inbound messages.
    pub status: Option<MessageStatus>,
    /// The send that made it.
    pub outbox: Option<OutboxId>,
    pub timestamp: Timestamp,
    pub created_at: Timestamp,
    /// Its words were changed after it was sent.
    pub edited: bool,
    /// It was deleted for everyone. The store keeps what it said.
    pub deleted: bool,
}

/// A stored conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChat {
    pub row: i64,
    pub session: SessionId,
    pub jid: Jid,
    pub alias: Option<Jid>,
    pub name: Option<String>,
    pub last_message_at: Option<Timestamp>,
    pub unread: i64,
    pub archived: bool,
    pub pinned: bool,
    pub muted_until: Option<Timestamp>,
}

//! Sends: what was asked, and how far it has come.

mod outgoing;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{OrgId, OutboxId, SessionId, WaMessageId};
use crate::jid::Jid;

pub use outgoing::{Attachment, Context, Outgoing};

/// State of an accepted send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxStatus {
    /// Accepted, not yet handed to WhatsApp, or handed over with the answer still open.
    Sending,
    /// WhatsApp's server acknowledged it.
    Sent,
    /// WhatsApp refused it.
    Failed,
}

impl OutboxStatus {
    pub const ALL: [Self; 3] = [Self::Sending, Self::Sent, Self::Failed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for OutboxStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no outbox status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown outbox status `{0}`")]
pub struct UnknownOutboxStatus(String);

impl FromStr for OutboxStatus {
    type Err = UnknownOutboxStatus;

    fn from_str(text: &str) -> Result<Self, UnknownOutboxStatus> {
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| UnknownOutboxStatus(text.to_owned()))
    }
}

/// An accepted send. Its WhatsApp id is chosen here, once, and used by every attempt, so that a
/// repeat after a crash is the same message to whoever receives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    pub id: OutboxId,
    pub org: OrgId,
    pub session: SessionId,
    pub idempotency: Option<Idempotency>,
    pub wa_id: WaMessageId,
    pub to: Jid,
    pub outgoing: Outgoing,
    pub status: OutboxStatus,
    /// WhatsApp's code for a refusal, when `Failed`.
    pub error: Option<SendFailure>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// WhatsApp's time of the acknowledgement, when `Sent`.
    pub sent_at: Option<Timestamp>,
}

/// The caller's key for one logical request, and what that request was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    pub key: String,
    /// SHA-256 over session and body: the same key with another request is a conflict.
    pub fingerprint: [u8; 32],
}

/// Why WhatsApp did not take a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SendFailure {
    #[error("the recipient is not on WhatsApp")]
    UnknownRecipient,
    #[error("WhatsApp called the message malformed (code {wa_code})")]
    Malformed { wa_code: u16 },
    /// 463: no privacy token for this recipient; new chats are held back for a while.
    #[error("WhatsApp currently does not let this number start new chats (code 463)")]
    ReachOutLimited,
    /// 475: the cap on new chats is used up.
    #[error("this number has used up its allowance of new chats (code 475)")]
    NewChatCap,
    #[error("WhatsApp is limiting this number's sends (code 429)")]
    RateLimited,
    #[error("WhatsApp's server is unavailable (code {wa_code})")]
    Unavailable { wa_code: u16 },
    #[error("WhatsApp refused the message (code {wa_code})")]
    Refused { wa_code: u16 },
    /// It never left: for example, the recipient has no device to encrypt for.
    #[error("the message could not be prepared for this recipient")]
    Unprepared,
}

impl SendFailure {
    /// The meaning of the `error` attribute of WhatsApp's acknowledgement.
    pub const fn from_ack(code: u16) -> Self {
        match code {
            404 => Self::UnknownRecipient,
            400 | 479 => Self::Malformed { wa_code: code },
            429 => Self::RateLimited,
            463 => Self::ReachOutLimited,
            475 => Self::NewChatCap,
            500..=599 => Self::Unavailable { wa_code: code },
            _ => Self::Refused { wa_code: code },
        }
    }
}

//! Sends: what was asked, and how far it has come.

mod outgoing;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{OrgId, OutboxId, SessionId, WaMessageId};
use crate::jid::Jid;
use crate::message::MessageStatus;

pub use outgoing::{Attachment, Context, Outgoing};

/// State of an accepted send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxStatus {
    /// Accepted; goes out when the session is connected and its budget has room.
    Queued,
    /// On its way to WhatsApp, or handed over with the answer still open.
    Sending,
    /// WhatsApp's server acknowledged it. From here on receipts move the message, not the send.
    Sent,
    /// Refused by WhatsApp, or cancelled.
    Failed,
}

impl OutboxStatus {
    pub const ALL: [Self; 4] = [Self::Queued, Self::Sending, Self::Sent, Self::Failed];

    /// Whether nothing more happens to the send by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Sent | Self::Failed)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
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
    /// Why, when `Failed`.
    pub error: Option<SendFailure>,
    /// When it makes sense to try again, if WhatsApp's limits are why it failed.
    pub retry_at: Option<Timestamp>,
    /// When it was last taken out of the budget to go out.
    pub dispatched_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// WhatsApp's time of the acknowledgement, when `Sent`.
    pub sent_at: Option<Timestamp>,
}

impl OutboxEntry {
    /// The ids of the messages that it makes: its own, and those of an album's items.
    pub fn message_ids(&self) -> Vec<WaMessageId> {
        let items = match &self.outgoing {
            Outgoing::Album { items, .. } => items.len(),
            _ => 0,
        };
        let parts = (0..items).map(|index| self.wa_id.part(index));
        std::iter::once(self.wa_id.clone()).chain(parts).collect()
    }
}

/// The caller's key for one logical request, and what that request was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    pub key: String,
    /// SHA-256 over session and body: the same key with another request is a conflict.
    pub fingerprint: [u8; 32],
}

/// Why a message did not go out.
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
    /// Taken back by its owner before it left.
    #[error("the send was cancelled before it went out")]
    Cancelled,
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

    /// The failure's name for programs; the same as in its stored form.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownRecipient => "unknown_recipient",
            Self::Malformed { .. } => "malformed",
            Self::ReachOutLimited => "reach_out_limited",
            Self::NewChatCap => "new_chat_cap",
            Self::RateLimited => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
            Self::Refused { .. } => "refused",
            Self::Unprepared => "unprepared",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether WhatsApp is limiting the number, so that sending on would make it worse.
    pub const fn is_limit(&self) -> bool {
        matches!(self, Self::ReachOutLimited | Self::NewChatCap | Self::RateLimited)
    }
}

/// A pause that WhatsApp's limits put on a session's sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub cause: SendFailure,
    pub until: Timestamp,
    /// Limits met in a row, this one included.
    pub strikes: u32,
}

impl Hold {
    const FIRST: Duration = Duration::from_mins(1);
    const LONGEST: Duration = Duration::from_hours(1);

    /// The pause after WhatsApp answered with a limit: a minute, and twice as long each time it
    /// happens again before a send went through.
    pub fn after(previous: Option<&Self>, cause: SendFailure, now: Timestamp) -> Self {
        let strikes = previous.map_or(0, |hold| hold.strikes).saturating_add(1);
        let factor = 1_u32.checked_shl(strikes - 1).unwrap_or(u32::MAX);
        Self {
            cause,
            until: now + Self::FIRST.saturating_mul(factor).min(Self::LONGEST),
            strikes,
        }
    }
}

/// A send with how far its message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedSend {
    pub entry: OutboxEntry,
    /// The message's status; receipts move it on after the send is `Sent`.
    pub message: Option<MessageStatus>,
}

impl TrackedSend {
    /// The one state of the send: queued, sending, sent, delivered, read, played or failed.
    pub fn state(&self) -> &'static str {
        match (self.entry.status, self.message) {
            (
                OutboxStatus::Sent,
                Some(reached @ (MessageStatus::Delivered | MessageStatus::Read | MessageStatus::Played)),
            ) => reached.as_str(),
            (status, _) => status.as_str(),
        }
    }
}

/// The states by which sends can be looked for.
pub const SEND_STATES: [&str; 7] = [
    "queued",
    "sending",
    "sent",
    "delivered",
    "read",
    "played",
    "failed",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_pause_longer_each_time_up_to_an_hour() {
        let now = Timestamp::from_secs(1000);
        let mut hold = Hold::after(None, SendFailure::RateLimited, now);
        let mut waits = vec![hold.until.since(now).as_secs()];
        for _ in 0..40 {
            hold = Hold::after(Some(&hold), SendFailure::RateLimited, now);
            waits.push(hold.until.since(now).as_secs());
        }
        assert_eq!(waits[..7], [60, 120, 240, 480, 960, 1920, 3600]);
        assert!(waits[7..].iter().all(|wait| *wait == 3600));
    }

    #[test]
    fn a_failure_is_named_as_it_is_stored() {
        for failure in [
            SendFailure::UnknownRecipient,
            SendFailure::Malformed { wa_code: 400 },
            SendFailure::ReachOutLimited,
            SendFailure::NewChatCap,
            SendFailure::RateLimited,
            SendFailure::Unavailable { wa_code: 503 },
            SendFailure::Refused { wa_code: 499 },
            SendFailure::Unprepared,
            SendFailure::Cancelled,
        ] {
            let stored = serde_json::to_value(&failure).unwrap();
            assert_eq!(stored["code"], failure.code());
        }
    }
}

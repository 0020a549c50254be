//! The event log's entries. Dialects render the same entry in their own words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::contact::Names;
use crate::group::GroupEvent;
use crate::id::{EventId, OrgId, OutboxId, SessionId, WaMessageId, WebhookId};
use crate::jid::Jid;
use crate::message::{Content, MessageStatus, Party, Quote};
use crate::outbox::SendFailure;
use crate::poll::Recap;
use crate::presence::Presence;
use crate::session::{SessionStatus, StatusReason};
use crate::webhook::DisabledReason;

/// One entry of the log: durable, ordered within its session, never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub org: OrgId,
    pub session: SessionId,
    /// When Wagon produced it.
    pub timestamp: Timestamp,
    pub body: EventBody,
}

/// What happened. Serialised as stored, so fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventBody {
    SessionStatus {
        status: SessionStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<StatusReason>,
    },
    /// The connection does not come back, and goes on being tried.
    Reconnecting {
        attempts: u32,
        /// How long the next attempt is away, in milliseconds.
        next_delay: u64,
    },
    /// A QR code to show; the next one replaces it.
    Qr {
        code: String,
        expires_at: Timestamp,
    },
    /// A pairing code to type on the phone.
    PairingCode {
        code: String,
        phone: String,
        expires_at: Timestamp,
    },
    /// The phone accepted the link.
    Linked {
        jid: Jid,
        lid: Option<Jid>,
        business_name: Option<String>,
        platform: Option<String>,
    },
    Message(Box<MessageEvent>),
    IncomingCall(IncomingCall),
    /// A call that rang rings no more.
    CallEnded(EndedCall),
    /// A webhook was turned off; the log tells of it beside the event that it did not take.
    WebhookDisabled {
        webhook: WebhookId,
        reason: DisabledReason,
    },
    /// Sent on demand to see whether a webhook works; never logged.
    WebhookTest {
        webhook: WebhookId,
    },
    Group(Box<GroupEvent>),
    /// Somebody wants to come into a group that the account approves members of.
    JoinRequested(JoinRequested),
    Presence(Presence),
    /// The picture of a person or group changed; without one it was taken away.
    ChatPicture {
        chat: Jid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<String>,
    },
    /// A person has another name than before.
    ContactNamed {
        jid: Jid,
        names: Names,
    },
    Channel(ChannelUpdate),
    MessageStatus {
        chat: Jid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sender: Option<Jid>,
        ids: Vec<WaMessageId>,
        status: MessageStatus,
        timestamp: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outbox: Option<OutboxId>,
        /// Why it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<SendFailure>,
        /// When it makes sense to try again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at: Option<Timestamp>,
    },
    /// A poll with an end has ended.
    PollRecap(Box<Recap>),
}

/// The account did something with a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelUpdate {
    pub channel: Jid,
    pub action: ChannelAction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelAction {
    Join,
    Leave,
    /// Muted, or no longer so.
    Mute,
}

impl ChannelAction {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Mute => "mute",
        }
    }
}

/// Somebody calls the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingCall {
    pub call: String,
    pub from: Jid,
    /// The group that is called, for a group call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Jid>,
    #[serde(default)]
    pub video: bool,
    pub timestamp: Timestamp,
}

/// What became of a call to the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedCall {
    #[serde(flatten)]
    pub call: IncomingCall,
    pub outcome: CallOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Taken, on any device of the account.
    Accepted,
    /// Declined, on any device of the account.
    Rejected,
    /// Nobody took it.
    Missed,
}

impl CallOutcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Missed => "missed",
        }
    }
}

/// Who wants to come into a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequested {
    pub group: Jid,
    pub people: Vec<Jid>,
    /// Who asked, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Jid>,
    pub timestamp: Timestamp,
}

/// A message that arrived, or that the account sent from another device; also one that changes
/// another: a reaction, an edit, a revoke, a vote, an answer to an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageEvent {
    pub wa_id: WaMessageId,
    pub chat: Jid,
    pub sender: Party,
    pub from_me: bool,
    pub content: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Jid>,
    pub timestamp: Timestamp,
}

/// The names subscribers filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    SessionStatus,
    SessionReconnecting,
    AuthQr,
    AuthCode,
    Message,
    MessageFromMe,
    MessageStatus,
    CallIncoming,
    CallEnded,
    GroupUpdate,
    GroupParticipant,
    GroupJoinRequest,
    PresenceUpdate,
    ChatUpdate,
    ContactUpdate,
    NewsletterUpdate,
    MessageReaction,
    MessageEdited,
    MessageRevoked,
    PollVote,
    PollRecap,
    EventResponse,
    WebhookDisabled,
    WebhookTest,
}

impl EventKind {
    pub const ALL: [Self; 24] = [
        Self::SessionStatus,
        Self::SessionReconnecting,
        Self::AuthQr,
        Self::AuthCode,
        Self::Message,
        Self::MessageFromMe,
        Self::MessageStatus,
        Self::CallIncoming,
        Self::CallEnded,
        Self::GroupUpdate,
        Self::GroupParticipant,
        Self::GroupJoinRequest,
        Self::PresenceUpdate,
        Self::ChatUpdate,
        Self::ContactUpdate,
        Self::NewsletterUpdate,
        Self::MessageReaction,
        Self::MessageEdited,
        Self::MessageRevoked,
        Self::PollVote,
        Self::PollRecap,
        Self::EventResponse,
        Self::WebhookDisabled,
        Self::WebhookTest,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionStatus => "session.status",
            Self::SessionReconnecting => "session.reconnecting",
            Self::AuthQr => "auth.qr",
            Self::AuthCode => "auth.code",
            Self::Message => "message",
            Self::MessageFromMe => "message.from_me",
            Self::MessageStatus => "message.status",
            Self::CallIncoming => "call.incoming",
            Self::CallEnded => "call.ended",
            Self::GroupUpdate => "group.update",
            Self::GroupParticipant => "group.participant",
            Self::GroupJoinRequest => "group.join_request",
            Self::PresenceUpdate => "presence.update",
            Self::ChatUpdate => "chat.update",
            Self::ContactUpdate => "contact.update",
            Self::NewsletterUpdate => "newsletter.update",
            Self::MessageReaction => "message.reaction",
            Self::MessageEdited => "message.edited",
            Self::MessageRevoked => "message.revoked",
            Self::PollVote => "poll.vote",
            Self::PollRecap => "poll.recap",
            Self::EventResponse => "event.response",
            Self::WebhookDisabled => "webhook.disabled",
            Self::WebhookTest => "webhook.test",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no kind of event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown event type `{0}`")]
pub struct UnknownEventKind(String);

impl FromStr for EventKind {
    type Err = UnknownEventKind;

    fn from_str(text: &str) -> Result<Self, UnknownEventKind> {
        Self::ALL
            .into_iter()
            .find(|k| k.as_str() == text)
            .ok_or_else(|| UnknownEventKind(text.to_owned()))
    }
}

impl EventBody {
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::SessionStatus { .. } => EventKind::SessionStatus,
            Self::Reconnecting { .. } => EventKind::SessionReconnecting,
            Self::Qr { .. } => EventKind::AuthQr,
            Self::PairingCode { .. } | Self::Linked { .. } => EventKind::AuthCode,
            Self::Message(message) => match &message.content {
                Content::Reaction { .. } => EventKind::MessageReaction,
                Content::Edit { .. } => EventKind::MessageEdited,
                Content::Revoke { .. } => EventKind::MessageRevoked,
                Content::PollVote { .. } => EventKind::PollVote,
                Content::EventResponse(_) => EventKind::EventResponse,
                _ if message.from_me => EventKind::MessageFromMe,
                _ => EventKind::Message,
            },
            Self::MessageStatus { .. } => EventKind::MessageStatus,
            Self::PollRecap(_) => EventKind::PollRecap,
            Self::IncomingCall(_) => EventKind::CallIncoming,
            Self::CallEnded(_) => EventKind::CallEnded,
            Self::WebhookDisabled { .. } => EventKind::WebhookDisabled,
            Self::WebhookTest { .. } => EventKind::WebhookTest,
            Self::Group(group) if group.is_about_members() => EventKind::GroupParticipant,
            Self::Group(_) => EventKind::GroupUpdate,
            Self::JoinRequested(_) => EventKind::GroupJoinRequest,
            Self::Presence(_) => EventKind::PresenceUpdate,
            Self::ChatPicture { .. } => EventKind::ChatUpdate,
            Self::ContactNamed { .. } => EventKind::ContactUpdate,
            Self::Channel(_) => EventKind::NewsletterUpdate,
        }
    }
}

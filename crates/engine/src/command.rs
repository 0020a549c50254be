//! Commands to the engine.

use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use wagon_domain::content::WireContent;
use wagon_domain::message::Quote;
use wagon_domain::outbox::{Outgoing, SendFailure};
use wagon_domain::{Jid, PhoneNumber, SessionId, Timestamp, WaMessageId};

use crate::calls::Calls;
use crate::channels::Channels;
use crate::chats::Chats;
use crate::contacts::Contacts;
use crate::groups::Groups;
use crate::labels::Labels;
use crate::media::Media;
use crate::messages::Messages;
use crate::profile::Profile;
use crate::proxies::Proxies;
use crate::statuses::Statuses;

/// Keeps the connections of many sessions. Every method names the session it is about. What WhatsApp
/// offers beside connections and sends has a trait for each area.
#[async_trait]
pub trait Engine:
    Calls
    + Channels
    + Chats
    + Contacts
    + Groups
    + Labels
    + Media
    + Messages
    + Profile
    + Proxies
    + Statuses
    + Send
    + Sync
    + 'static
{
    /// Brings the session's connection up and keeps it up until it ends or is stopped. An unlinked
    /// session goes into pairing and shows QR codes. Starting a running session does nothing.
    async fn start(&self, session: &SessionId) -> Result<(), EngineError>;

    /// Whether the session was started and has not ended since.
    fn is_running(&self, session: &SessionId) -> bool;

    /// The name that others see next to the account's messages, as far as the connection knows it.
    fn push_name(&self, session: &SessionId) -> Option<String>;

    /// Takes the connection down and flushes its state. The link stays.
    async fn stop(&self, session: &SessionId);

    /// Asks the account to remove this linked device, then takes the connection down. Best effort:
    /// without a connection only the local half happens.
    async fn unlink(&self, session: &SessionId);

    /// Asks WhatsApp for a code to type on the phone, while the session is in pairing.
    async fn pairing_code(&self, session: &SessionId, phone: &PhoneNumber) -> Result<PairingCode, PairError>;

    /// Hands a message over to WhatsApp. Returns once it is written, so that whoever wants messages
    /// in order hands over the next one now; the [`Answer`] comes later.
    async fn send(&self, session: &SessionId, submission: Submission) -> Result<Answer, SendError>;

    /// Takes every connection down and flushes all state.
    async fn shutdown(&self);
}

/// A send, with the id that every attempt of it carries.
#[derive(Debug, Clone)]
pub struct Submission {
    pub wa_id: WaMessageId,
    pub to: Jid,
    pub outgoing: Outgoing,
    /// The quoted message, when it answers one.
    pub quote: Option<Quote>,
    /// The bytes of [`Outgoing::attachments`], in their order.
    pub media: Vec<Bytes>,
    /// The wire form of [`Outgoing::source`].
    pub source: Option<WireContent>,
}

/// Resolves when WhatsApp's server has acknowledged or refused a message, or will not any more.
pub type Answer = Pin<Box<dyn Future<Output = Result<Ack, SendError>> + Send>>;

/// WhatsApp's server took the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    /// The server's time for the message.
    pub timestamp: Timestamp,
    /// To be kept with the message; missing when its content says everything.
    pub wire: Option<WireContent>,
    /// The same for the items of an album, in their order.
    pub parts: Vec<WireContent>,
}

/// Why a send has no acknowledgement.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Nothing was written: the session has no live connection.
    #[error("the session is not connected")]
    NotConnected,
    /// WhatsApp answered with a refusal.
    #[error(transparent)]
    Refused(#[from] SendFailure),
    /// The message may or may not have arrived: the answer did not come in time or the connection
    /// broke. Sending again with the same id is safe.
    #[error("WhatsApp has not answered yet")]
    Unanswered,
    /// The engine could not build or encrypt the message.
    #[error("the engine could not send")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A code to type on the phone under "Link with phone number".
#[derive(Debug, Clone)]
pub struct PairingCode {
    /// Eight characters as `ABCD-1234`.
    pub code: String,
    pub expires_at: Timestamp,
}

/// Why there is no pairing code.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// The session is not in pairing.
    #[error("the session is not waiting to be linked")]
    NotPairing,
    /// A code is already out; it stays valid until it expires.
    #[error("a pairing code is already outstanding")]
    CodeOutstanding,
    /// WhatsApp refused to issue a code.
    #[error("WhatsApp refused the pairing code: {reason}")]
    Refused { reason: String },
    #[error("the network did not answer")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The engine could not bring a session up.
#[derive(Debug, thiserror::Error)]
#[error("the session could not be started")]
pub struct EngineError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

//! What the engine reports.

use async_trait::async_trait;
use wagon_domain::history::HistoryPart;
use wagon_domain::message::{Chat, Inbound};
use wagon_domain::session::StatusReason;
use wagon_domain::{Jid, MessageStatus, SessionId, Timestamp, WaMessageId};

use crate::notice::Notice;

/// Receives what happens on the connections. Calls for one session come one after the other.
#[async_trait]
pub trait Inbox: Send + Sync + 'static {
    /// Stores messages, all or none, in order. The engine acknowledges them to WhatsApp only after
    /// `Ok`; otherwise WhatsApp delivers them again. Repeats happen and must not be stored twice.
    async fn messages(&self, session: &SessionId, batch: Vec<Inbound>) -> Result<(), NotStored>;

    /// Receipts for messages of this account, in the order they came.
    async fn receipts(&self, session: &SessionId, receipts: Vec<Receipt>);

    /// Other things that happened, in the order they came.
    async fn notices(&self, session: &SessionId, notices: Vec<Notice>);

    /// A part of what the phone hands over at linking, or was asked for. Repeats happen.
    async fn history(&self, session: &SessionId, part: HistoryPart);

    /// The state of the connection changed.
    async fn connection(&self, session: &SessionId, change: Connection);
}

/// The messages were not stored.
#[derive(Debug, thiserror::Error)]
#[error("not stored")]
pub struct NotStored(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A message of this account moved forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub chat: Chat,
    /// Who received or read it; differs from the chat in groups.
    pub sender: Option<Jid>,
    pub ids: Vec<WaMessageId>,
    pub status: Status,
    pub timestamp: Timestamp,
}

/// The statuses that receipts carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Delivered,
    Read,
    Played,
}

impl From<Status> for MessageStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Delivered => Self::Delivered,
            Status::Read => Self::Read,
            Status::Played => Self::Played,
        }
    }
}

/// A step in a connection's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// A QR code to show. The next one replaces it.
    Qr { code: String, expires_at: Timestamp },
    /// The phone accepted the link; `Up` follows.
    Linked {
        jid: Jid,
        lid: Option<Jid>,
        business_name: Option<String>,
        platform: Option<String>,
    },
    /// Connected and ready to send.
    Up { jid: Jid, lid: Option<Jid> },
    /// The connection broke; the engine is reconnecting.
    Lost,
    /// The connection ended for good and will not come back by itself.
    Ended(StatusReason),
}

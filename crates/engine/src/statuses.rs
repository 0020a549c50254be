//! Status updates: what an account shows to people for a day.

use async_trait::async_trait;
use bytes::Bytes;
use wagon_domain::outbox::Attachment;
use wagon_domain::{Jid, SessionId, WaMessageId};

use crate::command::{Ack, SendError};

/// A text to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextStatus {
    pub text: String,
    /// Alpha, red, green and blue, a byte each.
    pub background: u32,
    /// WhatsApp's number for the typeface; an unknown one is WhatsApp's plain one.
    pub font: u8,
}

/// A file to show.
#[derive(Debug, Clone)]
pub struct MediaStatus {
    pub attachment: Attachment,
    pub bytes: Bytes,
    /// Behind a recording: alpha, red, green and blue, a byte each.
    pub background: Option<u32>,
}

#[async_trait]
pub trait Statuses {
    /// Shows a text to `audience` and waits until WhatsApp has taken it.
    async fn post_text_status(
        &self,
        session: &SessionId,
        id: &WaMessageId,
        status: &TextStatus,
        audience: &[Jid],
    ) -> Result<Ack, SendError>;

    /// Shows a picture, a film or a recording with its bytes.
    async fn post_media_status(
        &self,
        session: &SessionId,
        id: &WaMessageId,
        status: &MediaStatus,
        audience: &[Jid],
    ) -> Result<Ack, SendError>;

    /// Takes an update back from those it was shown to.
    async fn revoke_status(
        &self,
        session: &SessionId,
        id: &WaMessageId,
        status: &WaMessageId,
        audience: &[Jid],
    ) -> Result<Ack, SendError>;
}

//! Status updates: what an account shows to people for a day.

use async_trait::async_trait;
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
}

//! The bytes of media that arrived.

use async_trait::async_trait;
use bytes::Bytes;
use wagon_domain::SessionId;
use wagon_domain::content::WireContent;

use crate::call::CallError;

#[async_trait]
pub trait Media {
    /// Fetches and decrypts the media of a message. What WhatsApp has dropped is asked of the phone
    /// once, which uploads it again if it still has it.
    async fn download(&self, session: &SessionId, message: &WireContent) -> Result<Download, DownloadError>;
}

/// Media, verified against the hashes that came with the message.
#[derive(Debug, Clone)]
pub struct Download {
    pub bytes: Bytes,
    /// The message as it is to be kept from now on, if the phone uploaded its media to a new place.
    pub moved: Option<WireContent>,
}

/// Why there are no bytes.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The message has no media.
    #[error("the message has no media")]
    NoMedia,
    /// WhatsApp dropped it, and the phone does not have it either.
    #[error("the media is gone")]
    Gone,
    #[error(transparent)]
    Call(#[from] CallError),
}

//! What can go wrong, in terms a caller can act on. Dialects give each its status and words.

use std::time::Duration;

use wagon_domain::Capability;
use wagon_domain::outbox::SendFailure;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("missing required capability: {capability}")]
    Forbidden { capability: Capability },
    /// Unknown, or somebody else's.
    #[error("{0}")]
    NotFound(Missing),
    #[error("{field}: {message}")]
    Invalid { field: &'static str, message: String },
    #[error("{0}")]
    Conflict(Conflict),
    /// The session has no live connection.
    #[error("the session is not connected")]
    NotConnected,
    /// The session was never linked, or was logged out.
    #[error("the session is not linked")]
    NotLinked,
    #[error("send budget exhausted")]
    RateLimited { retry_after: Duration },
    /// WhatsApp refused the send.
    #[error(transparent)]
    SendFailed(SendFailure),
    /// WhatsApp refused a pairing code, or could not be reached.
    #[error("no pairing code: {reason}")]
    Pairing { reason: String },
    /// Shutting down.
    #[error("the gateway is shutting down")]
    Unavailable,
    /// A fault of ours. The source is for the log, never for the caller.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    #[error("session not found")]
    Session,
    #[error("chat not found")]
    Chat,
    #[error("message not found")]
    Message,
    #[error("outbox entry not found")]
    Outbox,
    /// Pairing has begun; the first code is not there yet.
    #[error("QR code not ready yet")]
    Qr,
    #[error("session is not paired")]
    Link,
    #[error("key not found")]
    Key,
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error("session is already paired")]
    AlreadyLinked,
    #[error("session already running")]
    AlreadyRunning,
    #[error("this idempotency key was used for a different request")]
    IdempotencyKeyReused,
    #[error("a pairing code is already outstanding")]
    PairingCodeOutstanding,
}

impl Error {
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Internal(_))
    }

    pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<wagon_store::Error> for Error {
    fn from(error: wagon_store::Error) -> Self {
        match error {
            wagon_store::Error::Closed => Self::Unavailable,
            other => Self::Internal(Box::new(other)),
        }
    }
}

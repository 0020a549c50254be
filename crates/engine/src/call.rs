//! Requests to WhatsApp that are answered at once, and how they fail. Sends have their own errors.

use std::time::Duration;

/// Why a request has no answer to use.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nothing was asked: the session has no live connection.
    #[error("the session is not connected")]
    NotConnected,
    /// The request could not be put into WhatsApp's words.
    #[error("{field}: {message}")]
    Invalid { field: &'static str, message: String },
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Whether WhatsApp did what was asked is unknown.
    #[error("WhatsApp did not answer in time")]
    Unanswered,
    #[error("the engine could not make the request")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// WhatsApp's answer was no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("WhatsApp refused the request: {text} (code {code})")]
pub struct Refusal {
    /// WhatsApp's number for it; they follow HTTP's.
    pub code: u16,
    pub text: String,
    /// How long WhatsApp wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// What a refusal means to whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// This account may not do it: not an admin, not a member, hidden by a privacy setting.
    Denied,
    /// WhatsApp does not know what was named.
    Unknown,
    /// It stands as it should already, or something else is in the way.
    Conflict,
    /// The request makes no sense to WhatsApp.
    Malformed,
    Limited,
    /// WhatsApp's own trouble, or a code without a known meaning.
    Other,
}

impl Refusal {
    pub const fn kind(&self) -> RefusalKind {
        match self.code {
            401 | 403 => RefusalKind::Denied,
            404 | 406 | 410 => RefusalKind::Unknown,
            304 | 409 | 412 | 419 => RefusalKind::Conflict,
            400 | 405 | 479 => RefusalKind::Malformed,
            429 | 463 | 475 => RefusalKind::Limited,
            _ => RefusalKind::Other,
        }
    }
}

//! How groups of routes word that a session cannot be used.

use http::StatusCode;

use crate::error::Refusal;

/// Routes that refuse an unknown or stopped session in the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// The session itself and what is stored with it.
    Sessions,
    /// Sends and everything else about messages.
    Messages,
    /// What the account has on WhatsApp: contacts, groups, channels, labels, its profile.
    Account,
    /// Status updates and the catalogue.
    Shown,
}

impl Family {
    /// No such session; `name` is repeated as the path had it.
    pub(crate) fn unknown(self, name: &str) -> Refusal {
        match self {
            Self::Sessions => Refusal::new(
                StatusCode::NOT_FOUND,
                format!("Session with id '{name}' not found"),
            ),
            Self::Messages => Refusal::new(
                StatusCode::BAD_REQUEST,
                format!("Session '{name}' is not active. Start the session first."),
            ),
            Self::Account => Refusal::new(StatusCode::BAD_REQUEST, "Session is not started"),
            Self::Shown => Refusal::new(
                StatusCode::NOT_FOUND,
                format!("Session {name} not found or not connected"),
            ),
        }
    }

    /// A session that is not started: for most, as good as none.
    pub(crate) fn not_started(self, name: &str) -> Refusal {
        match self {
            Self::Sessions => Refusal::new(
                StatusCode::BAD_REQUEST,
                "Session is not started. Call POST /sessions/:id/start first.",
            ),
            Self::Messages | Self::Account | Self::Shown => self.unknown(name),
        }
    }
}

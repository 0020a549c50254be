//! What can go wrong, in terms a caller can act on. Dialects give each its status and words.

use std::time::Duration;

use wagon_domain::batch::BatchStatus;
use wagon_domain::outbox::SendFailure;
use wagon_domain::{Capability, Role};
use wagon_engine::{CallError, RefusalKind};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("missing required capability: {capability}")]
    Forbidden { capability: Capability },
    #[error("super_admin required")]
    SuperAdminRequired,
    #[error("role required: {role}")]
    RoleRequired { role: Role },
    /// The key is good, and not for use from this address.
    #[error("this key may not be used from this address")]
    AddressRefused,
    /// The key was good once. Only some dialects tell it from one that never was.
    #[error("this key was revoked")]
    KeyRevoked,
    #[error("this key has expired")]
    KeyExpired,
    /// A wrong password, a token that is over, an account that may not sign in: nobody is told which.
    #[error("invalid email, password or token")]
    NotSignedIn,
    /// Of this caller, or of this kind altogether.
    #[error("too many requests")]
    TooManyRequests { retry_after: Duration },
    /// Unknown, or somebody else's.
    #[error("{0}")]
    NotFound(Missing),
    #[error("{field}: {message}")]
    Invalid { field: &'static str, message: String },
    /// A file cannot be sent.
    #[error(transparent)]
    File(#[from] FileProblem),
    /// A vote for what its poll does not offer.
    #[error("options must be options of the poll")]
    NotAnOption { options: Vec<String> },
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
    /// WhatsApp refused the send, or it was cancelled.
    #[error("{failure}")]
    SendFailed {
        failure: SendFailure,
        /// When trying again makes sense, if WhatsApp's limits are why.
        retry_after: Option<Duration>,
    },
    /// WhatsApp limits the number's sends for now; nothing was sent.
    #[error("{cause}")]
    SendsHeld {
        cause: SendFailure,
        retry_after: Duration,
    },
    /// WhatsApp does not let this account do it.
    #[error("{reason}")]
    Denied { reason: String },
    /// WhatsApp refused, for a reason of its own.
    #[error("{reason}")]
    Refused { reason: String },
    /// WhatsApp was asked and has not answered; whether it did what was asked is unknown.
    #[error("WhatsApp did not answer in time")]
    Unanswered,
    /// WhatsApp refused a pairing code, or could not be reached.
    #[error("no pairing code: {reason}")]
    Pairing { reason: String },
    /// It was there, and is not any more.
    #[error("the media is gone")]
    Gone,
    /// This gateway does not do it.
    #[error("{what}")]
    NotOffered { what: &'static str },
    /// Shutting down.
    #[error("the gateway is shutting down")]
    Unavailable,
    /// A fault of ours. The source is for the log, never for the caller.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a file cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum FileProblem {
    #[error("media.data must be valid base64")]
    NotBase64,
    #[error("media.data decoded to empty")]
    Empty,
    #[error("media exceeds the {limit} byte limit")]
    TooLarge { limit: usize },
    #[error("album exceeds the {limit} byte aggregate limit")]
    Album { limit: usize },
    #[error("media.url could not be fetched: {0}")]
    NotFetched(#[source] wagon_outbound::Error),
    #[error(transparent)]
    Unusable(wagon_media::Unusable),
}

impl FileProblem {
    /// The file is larger than it may be, wherever it came from.
    pub const fn is_too_large(&self) -> bool {
        matches!(
            self,
            Self::TooLarge { .. }
                | Self::Album { .. }
                | Self::NotFetched(wagon_outbound::Error::TooLarge { .. })
        )
    }

    /// Its URL leads where the gateway does not go.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::NotFetched(error) if error.is_refusal())
    }
}

/// What was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    #[error("session not found")]
    Session,
    #[error("chat not found")]
    Chat,
    #[error("label not found")]
    Label,
    #[error("contact not found")]
    Contact,
    #[error("message not found")]
    Message,
    #[error("the message has no media")]
    Media,
    #[error("outbox entry not found")]
    Outbox,
    /// Pairing has begun; the first code is not there yet.
    #[error("QR code not ready yet")]
    Qr,
    #[error("session is not paired")]
    Link,
    #[error("key not found")]
    Key,
    #[error("organization not found")]
    Organization,
    #[error("user not found")]
    User,
    #[error("member not found")]
    Member,
    #[error("webhook not found")]
    Webhook,
    #[error("delivery not found")]
    Delivery,
    #[error("group not found")]
    Group,
    #[error("batch not found")]
    Batch,
    #[error("template not found")]
    Template,
    /// What the caller named, WhatsApp does not know.
    #[error("WhatsApp does not know it")]
    OnWhatsApp,
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error("session is already paired")]
    AlreadyLinked,
    #[error("session already running")]
    AlreadyRunning,
    #[error("nobody could manage keys any more")]
    LastAdminKey,
    #[error("session is already starting")]
    AlreadyStarting,
    #[error("a session with this name exists already")]
    SessionNameTaken,
    #[error("this idempotency key was used for a different request")]
    IdempotencyKeyReused,
    #[error("a pairing code is already outstanding")]
    PairingCodeOutstanding,
    #[error("a user with this email address exists already")]
    EmailTaken,
    #[error("the user is a member already")]
    AlreadyMember,
    #[error("the organization would be left without an owner")]
    LastOwner,
    #[error("the gateway would be left without a super admin")]
    LastSuperAdmin,
    #[error("the organization still has sessions")]
    HasSessions,
    /// The send is on its way, or has ended.
    #[error("the send is not queued any more")]
    AlreadyUnderWay,
    /// WhatsApp allows it only for a while after the message was sent.
    #[error("the message is too old for this")]
    TooOld,
    #[error("the message was deleted")]
    MessageDeleted,
    #[error("the poll has ended")]
    PollEnded,
    #[error("labels need a WhatsApp Business account")]
    NotABusiness,
    #[error("a batch with this id exists already")]
    BatchExists,
    #[error("the batch is already {0}")]
    BatchOver(BatchStatus),
    #[error("a template with this name exists already")]
    TemplateNameTaken,
    /// WhatsApp says that it is so already, or cannot be.
    #[error("the state on WhatsApp does not allow it")]
    OnWhatsApp,
}

impl Error {
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Internal(_))
    }

    pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

/// WhatsApp names no time with most of its limits.
const LIMITED_FOR: Duration = Duration::from_mins(1);

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotConnected => Self::NotConnected,
            CallError::Invalid { field, message } => Self::Invalid { field, message },
            CallError::Unanswered => Self::Unanswered,
            CallError::Engine(source) => Self::Internal(source),
            CallError::Refused(refusal) => match refusal.kind() {
                RefusalKind::Denied => Self::Denied {
                    reason: refusal.to_string(),
                },
                RefusalKind::Unknown => Self::NotFound(Missing::OnWhatsApp),
                RefusalKind::Conflict => Self::Conflict(Conflict::OnWhatsApp),
                RefusalKind::Malformed => Self::Invalid {
                    field: "request",
                    message: refusal.to_string(),
                },
                RefusalKind::Limited => Self::RateLimited {
                    retry_after: refusal.retry_after.unwrap_or(LIMITED_FOR),
                },
                RefusalKind::Other => Self::Refused {
                    reason: refusal.to_string(),
                },
            },
        }
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

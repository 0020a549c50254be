//! Lists of messages that go out one after the other, at a pace.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::content::Media;
use crate::http_url::HttpUrl;
use crate::id::{BatchId, OutboxId, SessionId, WaMessageId};
use crate::jid::Jid;
use crate::outbox::{Context, Outgoing};

/// A list of messages and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub session: SessionId,
    /// Unique within the session; its owner may choose it.
    pub id: BatchId,
    pub status: BatchStatus,
    pub pace: Pace,
    /// When the next message may go out.
    pub next_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
}

/// How fast a batch goes, and when it gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Between two messages.
    pub delay: Duration,
    /// Adds up to two seconds by chance.
    pub jitter: bool,
    /// The first failure ends the batch.
    pub stop_on_error: bool,
}

impl Pace {
    /// The most that chance adds.
    pub const JITTER: Duration = Duration::from_secs(2);
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$about])* $variant),* }

        impl $name {
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownStatus;

            fn from_str(text: &str) -> Result<Self, UnknownStatus> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(UnknownStatus(text.to_owned())),
                }
            }
        }
    };
}

/// A word that names no status of a batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown status `{0}`")]
pub struct UnknownStatus(String);

words!(
    /// How far a batch has come.
    BatchStatus {
        Pending = "pending",
        Processing = "processing",
        Completed = "completed",
        Cancelled = "cancelled",
        Failed = "failed",
    }
);

words!(
    /// How far one message of a batch has come.
    ItemStatus {
        Pending = "pending",
        /// It is its turn.
        Sending = "sending",
        Sent = "sent",
        Failed = "failed",
        Cancelled = "cancelled",
    }
);

impl BatchStatus {
    /// Nothing more of it is taken up.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Failed)
    }
}

/// One message of a batch. Its ids are chosen when the batch is accepted, so that it is one message
/// however often it is begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    pub position: u32,
    pub send: OutboxId,
    pub wa_id: WaMessageId,
    pub to: Jid,
    pub status: ItemStatus,
    /// Why, when `Failed`.
    pub error: Option<ItemFailure>,
    /// WhatsApp's time, when `Sent`.
    pub sent_at: Option<Timestamp>,
}

/// What a message of a batch will say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "plan", rename_all = "snake_case")]
pub enum Plan {
    /// Files, if it has one, are kept under the id of its send.
    Ready { outgoing: Outgoing },
    /// A file that is fetched when its turn comes.
    Fetch {
        media: Media,
        url: HttpUrl,
        limit: usize,
        context: Context,
    },
    /// It cannot be sent, and it fails when its turn comes.
    Unusable { reason: String },
}

/// Why a message of a batch was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFailure {
    pub cause: FailureCause,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCause {
    /// It could not be sent, or WhatsApp refused it.
    Send,
    /// Its file is where the gateway does not go.
    Forbidden,
    /// WhatsApp limits the number.
    Limited,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn statuses_are_read_as_they_are_written() {
        for status in [
            BatchStatus::Pending,
            BatchStatus::Processing,
            BatchStatus::Completed,
            BatchStatus::Cancelled,
            BatchStatus::Failed,
        ] {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert!("sending".parse::<BatchStatus>().is_err());
        assert_eq!("sending".parse(), Ok(ItemStatus::Sending));
    }

    #[test]
    fn plans_stay_readable() {
        let plan = Plan::Ready {
            outgoing: Outgoing::text("hi"),
        };
        let stored = json!({"plan": "ready", "outgoing": {"type": "text", "text": "hi"}});
        assert_eq!(serde_json::to_value(&plan).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Plan>(stored).unwrap(), plan);
    }
}

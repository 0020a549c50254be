use std::time::Duration;

use serde::{Deserialize, Serialize};
use wacore_binary::NodeRef;

use super::{
    fault::Invalid,
    stanzas::{StreamError, stream_error},
};
use crate::{
    conn::{Ending, Flow, Hangup},
    iq,
    trace::Direction,
    wire::{attr_str, child},
};

/// Stanzas that a reorder window holds at most.
const MOST_HELD: usize = 1000;
/// How long a window that does not fill keeps its stanzas, unless told otherwise.
const HOLD_MS: u64 = 1000;

/// What a fault does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Action {
    /// Acknowledge messages with an error instead of routing them.
    AckError { code: u16 },
    /// Route messages but never acknowledge them.
    LoseAck {},
    /// Answer requests with an error.
    IqError {
        code: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Seconds after which the client may ask again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        backoff: Option<u32>,
    },
    /// Read and forget, or never write.
    Swallow {},
    /// Handle or write twice.
    Duplicate {},
    /// Handle or write later; what comes behind waits as well.
    Delay {
        ms: u64,
        /// Up to so much longer, by chance.
        #[serde(default)]
        jitter_ms: u64,
    },
    /// Gather so many and let them go in another order.
    Reorder {
        window: usize,
        /// How long a window that does not fill keeps what it has.
        #[serde(default = "hold_ms")]
        ms: u64,
    },
    /// Drop the connection.
    Close {
        #[serde(default)]
        how: Hangup,
    },
    /// Keep the connection open but say and hear nothing: for a while, or until it ends.
    Stall {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ms: Option<u64>,
    },
    /// End the connection with a stream error: a code or a conflict.
    StreamError {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conflict: Option<Conflict>,
    },
    /// Refuse the next login.
    ConnectFailure {
        reason: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expire: Option<u64>,
    },
    /// Accept the next login and never answer.
    ConnectStall {},
    /// Change a bit in every ciphertext.
    Corrupt {},
    /// Tell the client that the server has other keys than it uploaded.
    WrongDigest {},
    /// Hand out keys without one-time keys.
    EmptyPreKeys {},
    /// Answer media requests with this status.
    MediaStatus { status: u16 },
    /// Take and give media no faster than this.
    MediaSlow { bytes_per_second: u32 },
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Conflict {
    Replaced,
    DeviceRemoved,
}

/// What can happen to a connection without a stanza as its occasion.
#[derive(Debug, Clone)]
pub(crate) enum Sudden {
    End(Ending),
    Stall(Flow),
}

fn hold_ms() -> u64 {
    HOLD_MS
}

impl Action {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        match self {
            Self::Reorder { window, .. } if !(2..=MOST_HELD).contains(window) => {
                Err(Invalid::Window { most: MOST_HELD })
            }
            Self::StreamError { code, conflict } if code.is_some() == conflict.is_some() => {
                Err(Invalid::StreamError)
            }
            Self::MediaStatus { status } if !(100..=599).contains(status) => Err(Invalid::Status),
            Self::MediaSlow { bytes_per_second: 0 } => Err(Invalid::Rate),
            _ => Ok(()),
        }
    }

    /// The direction without which the action makes no sense.
    pub(super) fn only_direction(&self) -> Option<Direction> {
        match self {
            Self::AckError { .. } | Self::IqError { .. } => Some(Direction::In),
            Self::LoseAck {} | Self::WrongDigest {} | Self::EmptyPreKeys {} => Some(Direction::Out),
            _ => None,
        }
    }

    /// The direction that is meant when none is named.
    pub(super) fn usual_direction(&self) -> Direction {
        match self {
            Self::Corrupt {} => Direction::Out,
            _ => Direction::In,
        }
    }

    /// Whether a stanza is of the kind that this action can be applied to.
    pub(super) fn strikes(&self, node: &NodeRef<'_>) -> bool {
        match self {
            Self::AckError { .. } | Self::Corrupt {} => node.tag == *"message",
            Self::LoseAck {} => node.tag == *"ack" && attr_str(node, "class").as_deref() == Some("message"),
            Self::IqError { .. } => node.tag == *"iq" && !iq::is_answer(node),
            Self::WrongDigest {} => node.tag == *"iq" && child(node, "digest").is_some(),
            Self::EmptyPreKeys {} => {
                node.tag == *"iq" && child(node, "list").is_some_and(|list| child(list, "user").is_some())
            }
            Self::ConnectFailure { .. }
            | Self::ConnectStall {}
            | Self::MediaStatus { .. }
            | Self::MediaSlow { .. } => false,
            Self::Swallow {}
            | Self::Duplicate {}
            | Self::Delay { .. }
            | Self::Reorder { .. }
            | Self::Close { .. }
            | Self::Stall { .. }
            | Self::StreamError { .. } => true,
        }
    }

    pub(super) fn strikes_logins(&self) -> bool {
        matches!(self, Self::ConnectFailure { .. } | Self::ConnectStall {})
    }

    pub(super) fn strikes_media(&self) -> bool {
        matches!(self, Self::MediaStatus { .. } | Self::MediaSlow { .. })
    }

    /// Whether it strikes media too when a matcher asks for that.
    pub(super) fn may_strike_media(&self) -> bool {
        self.strikes_media() || matches!(self, Self::Delay { .. } | Self::Stall { .. })
    }

    /// What it does to connections without waiting for a stanza.
    pub(crate) fn sudden(&self) -> Option<Sudden> {
        match self {
            Self::Close { how } => Some(Sudden::End(Ending::Hangup(*how))),
            Self::Stall { ms } => Some(Sudden::Stall(Flow::stalled(ms.map(Duration::from_millis)))),
            Self::StreamError { code, conflict } => Some(Sudden::End(stream_error(match conflict {
                Some(Conflict::Replaced) => StreamError::Conflict("replaced"),
                Some(Conflict::DeviceRemoved) => StreamError::Conflict("device_removed"),
                None => StreamError::Code(code.unwrap_or(500)),
            }))),
            _ => None,
        }
    }
}

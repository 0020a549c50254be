//! Who is there, and what they are doing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::jid::Jid;

/// What is known of a person at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    pub from: Jid,
    /// Where they type; `None` says whether they are there at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Jid>,
    pub state: PresenceState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    Available,
    Unavailable,
    Composing,
    /// Composing a voice message.
    Recording,
    Paused,
}

/// What the account shows to a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    Composing,
    Recording,
    Paused,
}

/// A word for no state of typing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected value to be one of \"composing, paused, recording\"")]
pub struct UnknownTyping;

impl FromStr for Typing {
    type Err = UnknownTyping;

    fn from_str(text: &str) -> Result<Self, UnknownTyping> {
        match text {
            "composing" => Ok(Self::Composing),
            "recording" => Ok(Self::Recording),
            "paused" => Ok(Self::Paused),
            _ => Err(UnknownTyping),
        }
    }
}

impl fmt::Display for Typing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Composing => "composing",
            Self::Recording => "recording",
            Self::Paused => "paused",
        })
    }
}

//! Transcripts of connections: bounded, for people and tests to read afterwards, or live.

mod filter;
mod record;
mod render;

use serde::{Deserialize, Serialize};

pub(crate) use filter::Filter;
pub(crate) use record::{Line, Trace, Traces};

/// Which way a stanza went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// From the client.
    In,
    /// To the client.
    Out,
}

impl Direction {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

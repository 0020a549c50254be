use std::time::Duration;

use serde::{Deserialize, Serialize};
use wacore_binary::NodeRef;

use super::{
    Verdict,
    stanzas::{StreamError, ack_error, stream_error},
};
use crate::{conn::Ending, iq, route::Origin, wire::attr_str};

/// A fault as the admin API takes and shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    #[serde(default)]
    pub(crate) scope: Scope,
    #[serde(default, rename = "match")]
    pub(crate) matcher: Option<Matcher>,
    pub(crate) action: Action,
    /// How often it strikes; for ever if absent.
    #[serde(default)]
    pub(crate) count: Option<u32>,
}

/// Whose connections are affected.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    pub(crate) account: Option<String>,
    pub(crate) device: Option<u16>,
}

/// Which stanzas from the client are affected.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matcher {
    tag: Option<String>,
    xmlns: Option<String>,
    r#type: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Action {
    /// Acknowledge messages with an error instead of routing them.
    AckError { code: u16 },
    /// Read and forget.
    Swallow,
    /// Drop the connection.
    Close,
    /// End the connection with a stream error: a code or a conflict.
    StreamError {
        #[serde(default)]
        code: Option<u16>,
        #[serde(default)]
        conflict: Option<Conflict>,
    },
    /// Refuse the next login.
    ConnectFailure {
        reason: u16,
        #[serde(default)]
        code: Option<u16>,
        #[serde(default)]
        expire: Option<u64>,
    },
    /// Answer requests with an error.
    IqError { code: u16 },
    /// Answer later; the stanzas behind it wait as well.
    Delay { ms: u64 },
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Conflict {
    Replaced,
    DeviceRemoved,
}

impl Fault {
    pub(super) fn concerns(&self, node: &NodeRef<'_>) -> bool {
        let applies = match self.action {
            Action::AckError { .. } => node.tag == *"message",
            Action::IqError { .. } => node.tag == *"iq" && !iq::is_answer(node),
            Action::ConnectFailure { .. } => false,
            Action::Swallow | Action::Close | Action::StreamError { .. } | Action::Delay { .. } => true,
        };
        applies && self.matcher.as_ref().is_none_or(|matcher| matcher.matches(node))
    }
}

impl Scope {
    pub(crate) fn covers(&self, origin: &Origin) -> bool {
        self.account
            .as_ref()
            .is_none_or(|account| origin.account.pn == account.as_str())
            && self.device.is_none_or(|device| origin.device == device)
    }
}

impl Matcher {
    fn matches(&self, node: &NodeRef<'_>) -> bool {
        let same = |wanted: &Option<String>, key| {
            wanted
                .as_ref()
                .is_none_or(|wanted| attr_str(node, key).as_deref() == Some(wanted))
        };
        self.tag.as_ref().is_none_or(|tag| node.tag == **tag)
            && same(&self.xmlns, "xmlns")
            && same(&self.r#type, "type")
    }
}

impl Action {
    /// The ending of a connection, for faults that strike without waiting for a stanza.
    pub(crate) fn ending(&self) -> Option<Ending> {
        match self {
            Self::Close => Some(Ending::Silent),
            Self::StreamError { code, conflict } => Some(stream_error(match conflict {
                Some(Conflict::Replaced) => StreamError::Conflict("replaced"),
                Some(Conflict::DeviceRemoved) => StreamError::Conflict("device_removed"),
                None => StreamError::Code(code.unwrap_or(500)),
            })),
            _ => None,
        }
    }

    pub(super) fn verdict(&self, node: &NodeRef<'_>) -> Verdict {
        match self {
            Self::AckError { code } => Verdict::Answer(ack_error(node, *code)),
            Self::IqError { code } => Verdict::Answer(iq::error(node, *code, "fault")),
            Self::Delay { ms } => Verdict::Delay(Duration::from_millis(*ms)),
            Self::Close | Self::StreamError { .. } => self.ending().map_or(Verdict::Pass, Verdict::End),
            Self::Swallow | Self::ConnectFailure { .. } => Verdict::Swallow,
        }
    }
}

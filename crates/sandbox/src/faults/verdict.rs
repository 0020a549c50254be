use std::time::Duration;

use wacore_binary::{Node, NodeRef};

use super::{
    action::{Action, Sudden},
    chance::Chance,
    rewrite,
    stanzas::{ack_error, failure, iq_error},
};
use crate::{
    conn::{Ending, Flow},
    route::Origin,
};

/// What becomes of a stanza.
#[derive(Debug)]
pub(crate) enum Verdict {
    Pass,
    Delay(Duration),
    Swallow,
    Duplicate,
    /// Wait for others and go in another order.
    Hold(Hold),
    /// Do not handle it, answer this.
    Answer(Node),
    /// Handle or write this instead.
    Replace(Node),
    Stall(Flow),
    End(Ending),
}

/// A place in a reorder window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hold {
    pub(crate) window: usize,
    pub(crate) patience: Duration,
    /// Decides the order in which the window lets go.
    pub(crate) order: u64,
}

/// What becomes of a login.
#[derive(Debug)]
pub(crate) enum LoginVerdict {
    Refuse(Box<Node>),
    Stall,
}

/// What becomes of a media request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MediaVerdict {
    Status(u16),
    Slow { bytes_per_second: u32 },
    Delay(Duration),
    Never,
}

impl Action {
    pub(super) fn verdict(
        &self,
        chance: &mut Chance,
        origin: &Origin,
        node: &NodeRef<'_>,
        now: u64,
    ) -> Verdict {
        match self {
            Self::AckError { code } => Verdict::Answer(ack_error(node, *code, now)),
            Self::IqError { code, text, backoff } => {
                Verdict::Answer(iq_error(node, *code, text.as_deref(), *backoff))
            }
            Self::Delay { ms, jitter_ms } => {
                let extra = chance.up_to(*jitter_ms, Some(origin));
                Verdict::Delay(Duration::from_millis(ms.saturating_add(extra)))
            }
            Self::Reorder { window, ms } => Verdict::Hold(Hold {
                window: *window,
                patience: Duration::from_millis(*ms),
                order: chance.up_to(u64::MAX, Some(origin)),
            }),
            Self::Duplicate {} => Verdict::Duplicate,
            Self::Swallow {} | Self::LoseAck {} => Verdict::Swallow,
            Self::Corrupt {} => Verdict::Replace(rewrite::corrupt(node, "enc")),
            Self::WrongDigest {} => Verdict::Replace(rewrite::corrupt(node, "hash")),
            Self::EmptyPreKeys {} => Verdict::Replace(rewrite::without_one_time_keys(node)),
            Self::Close { .. } | Self::Stall { .. } | Self::StreamError { .. } => match self.sudden() {
                Some(Sudden::End(ending)) => Verdict::End(ending),
                Some(Sudden::Stall(flow)) => Verdict::Stall(flow),
                None => Verdict::Pass,
            },
            Self::ConnectFailure { .. }
            | Self::ConnectStall {}
            | Self::MediaStatus { .. }
            | Self::MediaSlow { .. } => Verdict::Pass,
        }
    }

    pub(super) fn login_verdict(&self) -> Option<LoginVerdict> {
        match self {
            Self::ConnectFailure { reason, code, expire } => {
                Some(LoginVerdict::Refuse(Box::new(failure(*reason, *code, *expire))))
            }
            Self::ConnectStall {} => Some(LoginVerdict::Stall),
            _ => None,
        }
    }

    pub(super) fn media_verdict(&self, chance: &mut Chance) -> Option<MediaVerdict> {
        match self {
            Self::MediaStatus { status } => Some(MediaVerdict::Status(*status)),
            Self::MediaSlow { bytes_per_second } => Some(MediaVerdict::Slow {
                bytes_per_second: *bytes_per_second,
            }),
            Self::Delay { ms, jitter_ms } => Some(MediaVerdict::Delay(Duration::from_millis(
                ms.saturating_add(chance.up_to(*jitter_ms, None)),
            ))),
            Self::Stall { ms: Some(ms) } => Some(MediaVerdict::Delay(Duration::from_millis(*ms))),
            Self::Stall { ms: None } => Some(MediaVerdict::Never),
            _ => None,
        }
    }
}

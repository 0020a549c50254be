use std::time::Duration;

use serde::{Deserialize, Serialize};
use wacore_binary::NodeRef;

use super::action::Action;
use crate::{
    route::Origin,
    trace::Direction,
    wire::{attr_str, child},
};

/// The tag under which requests to the media host are matched.
const MEDIA: &str = "media";

/// A fault as the admin API takes and shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    #[serde(default, skip_serializing_if = "Scope::is_everybody")]
    pub(crate) scope: Scope,
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub(crate) matcher: Option<Matcher>,
    pub(crate) action: Action,
    /// How often it strikes; for ever if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u32>,
    /// Which part of what fits it strikes; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) probability: Option<f64>,
    /// Seconds that it lives; until it is removed if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ttl: Option<f64>,
}

/// Whose connections are affected.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) device: Option<u16>,
}

/// Which stanzas are affected: those that have everything named here. An empty text stands for an
/// attribute that is missing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matcher {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    direction: Option<Direction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    xmlns: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) r#type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    /// One of these stanza ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ids: Vec<String>,
    /// The name of a child element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    child: Option<String>,
}

/// What is wrong with a fault, by field.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum Invalid {
    #[error("count: must be at least 1")]
    Count,
    #[error("probability: must be above 0 and at most 1")]
    Probability,
    #[error("ttl: must be a number of seconds above 0")]
    Lifetime,
    #[error("match.direction: this action strikes only what goes `{0}`")]
    Direction(&'static str),
    #[error("match: a login is no stanza; limit this action with `scope` and `count`")]
    MatchedLogin,
    #[error("scope: media requests name no account; leave it out")]
    ScopedMedia,
    #[error("action.window: must be from 2 to {most}")]
    Window { most: usize },
    #[error("action: a stream error has either a `code` or a `conflict`")]
    StreamError,
    #[error("action.status: not an HTTP status")]
    Status,
    #[error("action.bytes_per_second: must be at least 1")]
    Rate,
}

impl Fault {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.count == Some(0) {
            return Err(Invalid::Count);
        }
        if self
            .probability
            .is_some_and(|chance| !(chance > 0.0 && chance <= 1.0))
        {
            return Err(Invalid::Probability);
        }
        if self.ttl.is_some() && self.lifetime().is_none() {
            return Err(Invalid::Lifetime);
        }
        let wanted = self.matcher.as_ref().and_then(|matcher| matcher.direction);
        if let (Some(only), Some(wanted)) = (self.action.only_direction(), wanted)
            && only != wanted
        {
            return Err(Invalid::Direction(only.name()));
        }
        if self.action.strikes_logins() && self.matcher.is_some() {
            return Err(Invalid::MatchedLogin);
        }
        let media = self.action.strikes_media() || self.concerns_media_by_tag();
        if media && (self.scope.account.is_some() || self.scope.device.is_some()) {
            return Err(Invalid::ScopedMedia);
        }
        self.action.check()
    }

    pub(super) fn lifetime(&self) -> Option<Duration> {
        let ttl = Duration::try_from_secs_f64(self.ttl?).ok()?;
        (!ttl.is_zero()).then_some(ttl)
    }

    /// Whether it strikes what is connected right now instead of waiting for stanzas.
    pub(crate) fn is_immediate(&self) -> bool {
        self.matcher.is_none()
            && self.probability.is_none()
            && self.ttl.is_none()
            && self.action.sudden().is_some()
    }

    pub(super) fn concerns(&self, origin: &Origin, direction: Direction, node: &NodeRef<'_>) -> bool {
        self.scope.covers(origin)
            && self.direction() == direction
            && self.action.strikes(node)
            && self.matcher.as_ref().is_none_or(|matcher| matcher.matches(node))
    }

    pub(super) fn concerns_login(&self, origin: &Origin) -> bool {
        self.action.strikes_logins() && self.scope.covers(origin)
    }

    /// A request for media of this kind: `in` is an upload, `out` a download.
    pub(super) fn concerns_media(&self, direction: Direction, kind: &str) -> bool {
        let matcher = self.matcher.as_ref();
        let wanted = |field: fn(&Matcher) -> Option<&str>, is: &str| {
            matcher.and_then(field).is_none_or(|wanted| wanted == is)
        };
        (self.action.strikes_media() || self.concerns_media_by_tag())
            && matcher
                .and_then(|matcher| matcher.direction)
                .is_none_or(|wanted| wanted == direction)
            && wanted(|matcher| matcher.tag.as_deref(), MEDIA)
            && wanted(|matcher| matcher.r#type.as_deref(), kind)
    }

    fn concerns_media_by_tag(&self) -> bool {
        let tag = self.matcher.as_ref().and_then(|matcher| matcher.tag.as_deref());
        tag == Some(MEDIA) && self.action.may_strike_media()
    }

    fn direction(&self) -> Direction {
        let wanted = self.matcher.as_ref().and_then(|matcher| matcher.direction);
        wanted
            .or(self.action.only_direction())
            .unwrap_or(self.action.usual_direction())
    }
}

impl Scope {
    fn is_everybody(&self) -> bool {
        self.account.is_none() && self.device.is_none()
    }

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
                .is_none_or(|wanted| attr_str(node, key).as_deref().unwrap_or_default() == wanted)
        };
        self.tag.as_ref().is_none_or(|tag| node.tag == **tag)
            && same(&self.xmlns, "xmlns")
            && same(&self.r#type, "type")
            && same(&self.class, "class")
            && self
                .child
                .as_ref()
                .is_none_or(|wanted| child(node, wanted).is_some())
            && (self.ids.is_empty()
                || attr_str(node, "id").is_some_and(|id| self.ids.iter().any(|wanted| *wanted == id)))
    }
}

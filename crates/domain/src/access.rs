//! Who may do what: organisations, capabilities, and the caller of an operation.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{KeyId, OrgId, SessionId, UserId};
use crate::jid::Jid;

/// One thing a caller can be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    /// Look at chats, contacts, groups and messages.
    Read,
    /// Send and change messages.
    Send,
    /// Manage sessions and webhooks.
    Manage,
    /// Follow the event log.
    Events,
    /// Manage keys and see the audit log.
    Admin,
}

impl Capability {
    pub const ALL: [Self; 5] = [Self::Read, Self::Send, Self::Manage, Self::Events, Self::Admin];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Send => "send",
            Self::Manage => "manage",
            Self::Events => "events",
            Self::Admin => "admin",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no capability.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown capability `{0}`; use read, send, manage, events or admin")]
pub struct UnknownCapability(String);

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, UnknownCapability> {
        Self::ALL
            .into_iter()
            .find(|c| c.as_str() == text)
            .ok_or_else(|| UnknownCapability(text.to_owned()))
    }
}

/// A set of capabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities(u8);

impl Capabilities {
    pub fn all() -> Self {
        Capability::ALL.into_iter().collect()
    }

    #[must_use]
    pub const fn contains(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |c| self.contains(*c))
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<T: IntoIterator<Item = Capability>>(iter: T) -> Self {
        Self(iter.into_iter().fold(0, |bits, c| bits | c.bit()))
    }
}

/// Comma-separated, the form used on the command line and in storage.
impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, capability) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            f.write_str(capability.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for Capabilities {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, UnknownCapability> {
        text.split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(str::parse)
            .collect()
    }
}

/// The authenticated party behind a request. Services take one first and check it; holding one
/// proves that a credential was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub org: OrgId,
    pub actor: Actor,
    pub capabilities: Capabilities,
    /// `None`: every session of the organisation.
    pub sessions: Option<Vec<SessionId>>,
    /// The only chats this caller may do anything in; `None`: every chat.
    pub chats: Option<Vec<Jid>>,
    /// One of the people who run the gateway. No key is that.
    pub super_admin: bool,
    /// Where the request came from, as far as that is known.
    pub address: Option<IpAddr>,
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    Key(KeyId),
    User(UserId),
    /// Whoever may run commands on the gateway's machine, or configures it.
    Operator,
    /// Someone who has not proven who they are.
    Anonymous,
}

impl Actor {
    /// The id of a key or user.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Key(id) => Some(id.as_str()),
            Self::User(id) => Some(id.as_str()),
            Self::Operator | Self::Anonymous => None,
        }
    }

    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Key(_) => "api_key",
            Self::User(_) => "user",
            Self::Operator => "operator",
            Self::Anonymous => "anonymous",
        }
    }

    /// The actor of this kind with this id; none where the two do not go together.
    pub fn from_parts(kind: &str, id: Option<&str>) -> Option<Self> {
        match (kind, id) {
            ("api_key", Some(id)) => id.parse().ok().map(Self::Key),
            ("user", Some(id)) => id.parse().ok().map(Self::User),
            ("operator", None) => Some(Self::Operator),
            ("anonymous", None) => Some(Self::Anonymous),
            _ => None,
        }
    }
}

impl Caller {
    pub fn may(&self, capability: Capability) -> bool {
        self.capabilities.contains(capability)
    }

    /// Whether the caller may know that this session exists.
    pub fn sees(&self, org: &OrgId, session: &SessionId) -> bool {
        self.org == *org
            && self
                .sessions
                .as_ref()
                .is_none_or(|allowed| allowed.contains(session))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_round_trip_as_text() {
        let set: Capabilities = "send, read".parse().unwrap();
        assert!(set.contains(Capability::Read) && set.contains(Capability::Send));
        assert!(!set.contains(Capability::Admin));
        assert_eq!(set.to_string(), "read,send");
        assert_eq!(
            Capabilities::all().to_string().parse::<Capabilities>().unwrap(),
            Capabilities::all()
        );
        assert!("read,fly".parse::<Capabilities>().is_err());
    }
}

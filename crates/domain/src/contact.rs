//! People, as far as a session knows them.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::SessionId;
use crate::jid::Jid;

/// A person. Both addresses are of one person: what is learnt under either belongs to the same contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Stays the same when the other address becomes known.
    pub row: i64,
    pub session: SessionId,
    /// The phone JID.
    pub jid: Option<Jid>,
    pub lid: Option<Jid>,
    pub names: Names,
    /// Whether there is a chat with this person, as opposed to one they were only seen in.
    pub dm: bool,
    pub first_seen_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Contact {
    /// What to call this person: as the account's user saved them, else as they call themselves.
    pub fn name(&self) -> Option<&str> {
        self.names.full.as_deref().or(self.names.push.as_deref())
    }
}

/// The names of a person; `None` is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Names {
    /// As they call themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push: Option<String>,
    /// As the account's user has saved them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// As WhatsApp has verified it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
}

impl Names {
    pub fn pushed(name: impl Into<String>) -> Self {
        Self {
            push: Some(name.into()),
            ..Self::default()
        }
    }
}

/// A group in which a person was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedGroup {
    pub jid: Jid,
    pub name: Option<String>,
    /// When they last wrote there.
    pub last_seen: Timestamp,
}

//! Groups: what they are and how they change.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::jid::Jid;
use crate::message::Party;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupRole {
    Member,
    Admin,
    /// Whoever created the group.
    SuperAdmin,
}

impl GroupRole {
    pub const ALL: [Self; 3] = [Self::Member, Self::Admin, Self::SuperAdmin];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::SuperAdmin => "superadmin",
        }
    }

    pub const fn is_admin(self) -> bool {
        !matches!(self, Self::Member)
    }
}

impl fmt::Display for GroupRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role `{0}`")]
pub struct UnknownRole(String);

impl FromStr for GroupRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    pub party: Party,
    pub role: GroupRole,
}

/// A group as WhatsApp shows it to its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupInfo {
    pub jid: Jid,
    pub subject: String,
    pub description: Option<String>,
    pub owner: Option<Jid>,
    /// Only admins write.
    pub announce: bool,
    /// Only admins change subject and description.
    pub locked: bool,
    /// After how many seconds messages disappear; `None`: they stay.
    pub ephemeral: Option<u32>,
    /// Only admins add members.
    pub admins_add: bool,
    /// The community it belongs to.
    pub parent: Option<Jid>,
    pub created_at: Option<Timestamp>,
    pub members: Vec<GroupMember>,
}

/// What an invite shows of a group to somebody who is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitedGroup {
    pub jid: Jid,
    pub subject: String,
    pub description: Option<String>,
    pub owner: Option<Jid>,
    pub created_at: Option<Timestamp>,
    /// How many members it has, where WhatsApp tells.
    pub size: Option<u32>,
}

/// Something that happened to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupChange {
    pub group: Jid,
    /// Who did it.
    pub author: Option<Party>,
    pub timestamp: Timestamp,
    pub action: GroupAction,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupAction {
    /// The account is in the group from now on; `reason` says how it came in.
    Joined {
        info: Box<GroupInfo>,
        reason: Option<String>,
    },
    Add(Vec<GroupMember>),
    Remove(Vec<Party>),
    SetRole(Vec<Party>, GroupRole),
    Subject(String),
    /// Without one the description was deleted.
    Description(Option<String>),
    Announce(bool),
    Locked(bool),
    /// The invite link was replaced by this one.
    InviteLink(String),
    /// The group is no more.
    Deleted,
}

/// A group as stored for one session, with the number of its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredGroup {
    pub row: i64,
    pub jid: Jid,
    pub subject: Option<String>,
    pub description: Option<String>,
    pub owner: Option<Jid>,
    pub announce: bool,
    pub locked: bool,
    pub members: i64,
    pub created_at: Option<Timestamp>,
    pub first_seen_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A member as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMember {
    pub row: i64,
    pub member: GroupMember,
    pub first_seen_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// A change of a group as its event tells it: only what changed is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupEvent {
    pub group: Jid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Jid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announce: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite_link: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub join: Vec<Jid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leave: Vec<Jid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promote: Vec<Jid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demote: Vec<Jid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
}

impl GroupEvent {
    pub fn new(group: Jid) -> Self {
        Self {
            group,
            subject: None,
            description: None,
            sender: None,
            announce: None,
            locked: None,
            invite_link: None,
            reason: None,
            join: Vec::new(),
            leave: Vec::new(),
            promote: Vec::new(),
            demote: Vec::new(),
            timestamp: None,
        }
    }

    /// Whether members came, went or changed their role.
    pub const fn is_about_members(&self) -> bool {
        !(self.join.is_empty() && self.leave.is_empty() && self.promote.is_empty() && self.demote.is_empty())
    }

    /// Whether there is anything to tell.
    pub const fn is_empty(&self) -> bool {
        self.subject.is_none()
            && self.description.is_none()
            && self.announce.is_none()
            && self.locked.is_none()
            && self.invite_link.is_none()
            && self.reason.is_none()
            && !self.is_about_members()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_as_they_are_written() {
        for role in GroupRole::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert!("owner".parse::<GroupRole>().is_err());
    }

    #[test]
    fn an_event_knows_what_it_is_about() {
        let mut event = GroupEvent::new("120363000000000001@g.us".parse().unwrap());
        assert!(event.is_empty() && !event.is_about_members());
        event.locked = Some(false);
        assert!(!event.is_empty() && !event.is_about_members());
        event.leave.push("15550000001@s.whatsapp.net".parse().unwrap());
        assert!(event.is_about_members());
    }
}

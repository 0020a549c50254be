use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::state::Account;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Member,
    Admin,
    /// Whoever created the group: cannot be demoted.
    SuperAdmin,
}

impl Role {
    pub(crate) fn is_admin(self) -> bool {
        self != Self::Member
    }

    /// The `type` of a participant; members have none.
    pub(crate) fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Member => None,
            Self::Admin => Some("admin"),
            Self::SuperAdmin => Some("superadmin"),
        }
    }
}

/// An account in a group.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) account: Arc<Account>,
    pub(crate) role: Role,
}

/// Somebody who wants to become a member.
#[derive(Clone)]
pub(crate) struct JoinRequest {
    pub(crate) account: Arc<Account>,
    pub(crate) method: RequestMethod,
    pub(crate) at: u64,
}

/// How a request to join came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequestMethod {
    InviteLink,
    LinkedGroupJoin,
}

impl RequestMethod {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InviteLink => "invite_link",
            Self::LinkedGroupJoin => "linked_group_join",
        }
    }
}

/// A personal invitation, for somebody whose privacy settings forbid adding them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) code: String,
    pub(crate) expires: u64,
}

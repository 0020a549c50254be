//! The audit log: who did what.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::access::{Actor, Caller};
use crate::clock::Timestamp;
use crate::id::{AuditId, OrgId};
use crate::identity::Person;

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What was done. The names are part of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $variant,)+
        }

        impl Action {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

actions! {
    SessionCreate = "session.create",
    SessionUpdate = "session.update",
    SessionDelete = "session.delete",
    SessionStart = "session.start",
    SessionStop = "session.stop",
    SessionRestart = "session.restart",
    SessionLogout = "session.logout",
    /// A pairing code was asked for.
    SessionPair = "session.pair",
    WebhookCreate = "webhook.create",
    WebhookUpdate = "webhook.update",
    WebhookDelete = "webhook.delete",
    WebhookRotateSecret = "webhook.rotate_secret",
    KeyCreate = "key.create",
    KeyUpdate = "key.update",
    KeyRevoke = "key.revoke",
    KeyDelete = "key.delete",
    UserCreate = "user.create",
    UserUpdate = "user.update",
    UserDelete = "user.delete",
    UserPassword = "user.password",
    OrganizationCreate = "organization.create",
    OrganizationUpdate = "organization.update",
    OrganizationDelete = "organization.delete",
    MemberAdd = "member.add",
    MemberUpdate = "member.update",
    MemberRemove = "member.remove",
    SignIn = "auth.sign_in",
    /// A wrong password, or an account that may not sign in.
    SignInRefused = "auth.sign_in_refused",
    SignOut = "auth.sign_out",
    /// A refresh token was shown a second time, so someone else has it too.
    RefreshReused = "auth.refresh_reused",
    TokenKeyRotate = "token_key.rotate",
    GroupCreate = "group.create",
    /// Its settings, or its picture.
    GroupUpdate = "group.update",
    /// People were added, removed, promoted, demoted, let in or sent away.
    GroupMembers = "group.members",
    GroupInvite = "group.renew_invite",
    GroupJoin = "group.join",
    GroupLeave = "group.leave",
    ChannelCreate = "channel.create",
    ChannelDelete = "channel.delete",
    ChannelFollow = "channel.follow",
    ChannelUnfollow = "channel.unfollow",
    ChannelMute = "channel.mute",
    ChannelDemote = "channel.demote",
    ChannelHandOver = "channel.hand_over",
    /// Archived, pinned or muted, or the opposite.
    ChatUpdate = "chat.update",
    ChatClear = "chat.clear",
    ChatDelete = "chat.delete",
    ContactSave = "contact.save",
    ContactForget = "contact.forget",
    ContactBlock = "contact.block",
    ContactUnblock = "contact.unblock",
    ProfileUpdate = "profile.update",
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown action")]
pub struct UnknownAction;

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        let found = Self::ALL.iter().find(|action| action.as_str() == text);
        found.copied().ok_or(UnknownAction)
    }
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub id: AuditId,
    /// `None`: nothing of one organisation.
    pub org: Option<OrgId>,
    pub actor: Actor,
    pub action: Action,
    /// The id of what it was done to.
    pub target: Option<String>,
    /// In a few words, what an id does not tell: a role, the names of what changed. Never a secret.
    pub detail: Option<String>,
    pub address: Option<IpAddr>,
    pub at: Timestamp,
}

/// An entry that is yet to be given its id and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    pub org: Option<OrgId>,
    pub actor: Actor,
    pub action: Action,
    pub target: Option<String>,
    pub detail: Option<String>,
    pub address: Option<IpAddr>,
}

impl Deed {
    /// Something done from the gateway's own machine.
    pub fn by_operator(action: Action) -> Self {
        Self {
            org: None,
            actor: Actor::Operator,
            action,
            target: None,
            detail: None,
            address: None,
        }
    }

    pub fn by_person(person: &Person, action: Action) -> Self {
        Self {
            org: person.org.clone(),
            actor: person.actor(),
            address: person.address,
            ..Self::by_operator(action)
        }
    }

    pub fn by_caller(caller: &Caller, action: Action) -> Self {
        Self {
            org: Some(caller.org.clone()),
            actor: caller.actor.clone(),
            address: caller.address,
            ..Self::by_operator(action)
        }
    }

    #[must_use]
    pub fn within(self, org: &OrgId) -> Self {
        Self {
            org: Some(org.clone()),
            ..self
        }
    }

    #[must_use]
    pub fn to(self, target: &impl ToString) -> Self {
        Self {
            target: Some(target.to_string()),
            ..self
        }
    }

    #[must_use]
    pub fn detail(self, detail: &impl ToString) -> Self {
        Self {
            detail: Some(detail.to_string()),
            ..self
        }
    }

    pub fn recorded(self, id: AuditId, at: Timestamp) -> AuditEntry {
        let Self {
            org,
            actor,
            action,
            target,
            detail,
            address,
        } = self;
        AuditEntry {
            id,
            org,
            actor,
            action,
            target,
            detail,
            address,
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_and_actors_round_trip_as_text() {
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
        assert_eq!("session.explode".parse::<Action>(), Err(UnknownAction));
        for actor in [
            Actor::Key("key_1".parse().unwrap()),
            Actor::User("usr_1".parse().unwrap()),
            Actor::Operator,
            Actor::Anonymous,
        ] {
            assert_eq!(Actor::from_parts(actor.kind(), actor.id()), Some(actor));
        }
        assert_eq!(Actor::from_parts("user", None), None);
        assert_eq!(Actor::from_parts("user", Some("key_1")), None);
    }
}

//! People: how they are addressed, and what they may do in an organisation.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::{Actor, Caller, Capabilities, Capability};
use crate::id::{OrgId, UserId};

/// What a person is in an organisation. Sorts by power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Member,
    Admin,
    Owner,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    pub fn capabilities(self) -> Capabilities {
        match self {
            Self::Owner | Self::Admin => Capabilities::all(),
            Self::Member => [Capability::Read, Capability::Send, Capability::Events]
                .into_iter()
                .collect(),
        }
    }

    /// Whether someone in this role may give another role to people, and take it from them: admins look
    /// after admins and members, owners after everybody.
    pub const fn may_assign(self, role: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => !matches!(role, Self::Owner),
            Self::Member => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown role; use owner, admin or member")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

/// An email address in the one spelling that it is compared in: lower case, without space around it.
/// It names a person, so debug output does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(Box<str>);

impl Email {
    const MAX_LEN: usize = 254;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email")
    }
}

/// A text that is no email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an email address")]
pub struct InvalidEmail;

impl FromStr for Email {
    type Err = InvalidEmail;

    /// Whether a mailbox is behind it only a mail to it can tell; this refuses what cannot be one.
    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim().to_lowercase();
        let (local, host) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let strange = |c: char| c.is_whitespace() || c.is_control();
        let plain = !local.is_empty() && !host.is_empty() && !host.starts_with('.') && !host.ends_with('.');
        if !plain || local.contains('@') || text.contains(strange) || text.len() > Self::MAX_LEN {
            return Err(InvalidEmail);
        }
        Ok(Self(text.into()))
    }
}

/// A person who has signed in, and the organisation they act in, if they chose one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub user: UserId,
    /// One of those who run the gateway.
    pub super_admin: bool,
    pub org: Option<OrgId>,
    /// In that organisation; a super admin may act where they have none.
    pub role: Option<Role>,
    pub address: Option<IpAddr>,
}

impl Person {
    pub fn actor(&self) -> Actor {
        Actor::User(self.user.clone())
    }

    /// The person as a caller of what belongs to an organisation.
    pub fn caller(&self) -> Option<Caller> {
        let capabilities = match self.role {
            _ if self.super_admin => Capabilities::all(),
            Some(role) => role.capabilities(),
            None => return None,
        };
        Some(Caller {
            org: self.org.clone()?,
            actor: self.actor(),
            capabilities,
            sessions: None,
            chats: None,
            super_admin: self.super_admin,
            address: self.address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
        let email: Email = " Ada@Example.COM ".parse().unwrap();
        assert_eq!(email.as_str(), "ada@example.com");
        assert_eq!(format!("{email:?}"), "Email");
        let long = format!("{}@example.com", "a".repeat(250));
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a da@example.com",
            "a@b@c",
            "a@.b",
            &long,
        ] {
            assert_eq!(text.parse::<Email>(), Err(InvalidEmail), "{text}");
        }
    }

    #[test]
    fn roles_differ_in_what_they_may() {
        assert!(!Role::Member.capabilities().contains(Capability::Manage));
        assert!(Role::Member.capabilities().contains(Capability::Events));
        assert!(Role::Admin.capabilities().contains(Capability::Admin));
        assert!(Role::Owner.may_assign(Role::Owner) && !Role::Admin.may_assign(Role::Owner));
        assert!(!Role::Member.may_assign(Role::Member));
        assert_eq!("owner".parse(), Ok(Role::Owner));
        assert_eq!("root".parse::<Role>(), Err(UnknownRole));
    }

    #[test]
    fn a_person_acts_in_an_organisation_by_role_or_as_super_admin() {
        let person = Person {
            user: "usr_1".parse().unwrap(),
            super_admin: false,
            org: Some("org_1".parse().unwrap()),
            role: Some(Role::Member),
            address: None,
        };
        assert_eq!(person.caller().unwrap().capabilities, Role::Member.capabilities());
        let stranger = Person { role: None, ..person };
        assert_eq!(stranger.caller(), None);
        let operator = Person {
            super_admin: true,
            ..stranger
        };
        assert_eq!(operator.caller().unwrap().capabilities, Capabilities::all());
        assert_eq!(
            Person {
                org: None,
                ..operator
            }
            .caller(),
            None
        );
    }
}

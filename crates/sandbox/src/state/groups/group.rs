use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use wacore_binary::{CompactString, Jid};

use super::{GroupSettings, Invitation, JoinRequest, Member, Role};
use crate::{
    groups::GroupError,
    state::{Account, Space, lock},
};

/// A group, a community or one of its groups.
pub(crate) struct Group {
    /// The user part of its address.
    pub(crate) id: CompactString,
    /// How its members address each other.
    pub(crate) space: Space,
    pub(crate) created: u64,
    pub(crate) creator: Arc<Account>,
    state: Mutex<GroupState>,
}

/// What changes during a group's life.
pub(crate) struct GroupState {
    pub(crate) subject: Subject,
    pub(crate) description: Option<Description>,
    pub(crate) settings: GroupSettings,
    /// The code of the invite link that is valid now.
    pub(crate) invite: String,
    /// By phone number.
    pub(crate) members: BTreeMap<CompactString, Member>,
    pub(crate) requests: BTreeMap<CompactString, JoinRequest>,
    pub(crate) invitations: BTreeMap<CompactString, Invitation>,
    /// Phone numbers that an admin has removed: the invite link does not work for them.
    pub(crate) removed: BTreeSet<CompactString>,
    /// The community this is a group of.
    pub(crate) parent: Option<CompactString>,
}

#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) text: String,
    pub(crate) by: Arc<Account>,
    pub(crate) at: u64,
}

#[derive(Clone)]
pub(crate) struct Description {
    /// Names this version; the next change must repeat it.
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) by: Arc<Account>,
    pub(crate) at: u64,
}

impl Group {
    pub(crate) fn new(
        id: CompactString,
        space: Space,
        created: u64,
        creator: Arc<Account>,
        state: GroupState,
    ) -> Self {
        Self {
            id,
            space,
            created,
            creator,
            state: Mutex::new(state),
        }
    }

    pub(crate) fn jid(&self) -> Jid {
        Jid::group(self.id.clone())
    }

    /// How the group's stanzas name an account.
    pub(crate) fn address(&self, account: &Account) -> Jid {
        account.jid(self.space, 0)
    }

    /// The other address of an account, and the attributes that carry it for authors and for participants.
    pub(crate) fn alternate(&self, account: &Account) -> Alternate {
        match self.space {
            Space::Lid => Alternate {
                jid: account.jid(Space::Pn, 0),
                author: "participant_pn",
                participant: "phone_number",
            },
            Space::Pn => Alternate {
                jid: account.jid(Space::Lid, 0),
                author: "participant_lid",
                participant: "lid",
            },
        }
    }

    /// The value of `addressing_mode`.
    pub(crate) fn mode(&self) -> &'static str {
        match self.space {
            Space::Lid => "lid",
            Space::Pn => "pn",
        }
    }

    /// Runs something on the state. Only map look-ups and deliveries into mailboxes may happen inside.
    pub(crate) fn with<R>(&self, run: impl FnOnce(&mut GroupState) -> R) -> R {
        run(&mut lock(&self.state))
    }
}

/// See [`Group::alternate`].
pub(crate) struct Alternate {
    pub(crate) jid: Jid,
    pub(crate) author: &'static str,
    pub(crate) participant: &'static str,
}

impl GroupState {
    pub(crate) fn role_of(&self, account: &Account) -> Option<Role> {
        self.members.get(&account.pn).map(|member| member.role)
    }

    pub(crate) fn require_member(&self, account: &Account) -> Result<Role, GroupError> {
        self.role_of(account).ok_or(GroupError::Forbidden)
    }

    pub(crate) fn require_admin(&self, account: &Account) -> Result<(), GroupError> {
        self.require_if(account, true)
    }

    /// Whoever may change subject and description.
    pub(crate) fn require_editor(&self, account: &Account) -> Result<(), GroupError> {
        self.require_if(account, self.settings.locked)
    }

    /// A member, and an admin if `admin`.
    pub(crate) fn require_if(&self, account: &Account, admin: bool) -> Result<(), GroupError> {
        match self.require_member(account)? {
            Role::Member if admin => Err(GroupError::Forbidden),
            _ => Ok(()),
        }
    }

    pub(crate) fn everyone(&self) -> Vec<Arc<Account>> {
        self.accounts(|_| true)
    }

    pub(crate) fn admins(&self) -> Vec<Arc<Account>> {
        self.accounts(Role::is_admin)
    }

    fn accounts(&self, wanted: impl Fn(Role) -> bool) -> Vec<Arc<Account>> {
        let members = self.members.values().filter(|member| wanted(member.role));
        members.map(|member| Arc::clone(&member.account)).collect()
    }

    /// Makes somebody a member, whatever stood in the way before.
    pub(crate) fn admit(&mut self, account: &Arc<Account>, role: Role) {
        self.requests.remove(&account.pn);
        self.invitations.remove(&account.pn);
        self.removed.remove(&account.pn);
        let account = Arc::clone(account);
        self.members.insert(account.pn.clone(), Member { account, role });
    }
}

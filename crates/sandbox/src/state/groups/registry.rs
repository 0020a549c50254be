use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use wacore_binary::CompactString;

use super::{Group, GroupRecord};
use crate::{
    Error,
    state::{Account, Directory, lock},
};

/// Length of the code in an invite link.
const INVITE_LENGTH: usize = 22;

/// All groups, by id and by invite code.
#[derive(Default)]
pub(crate) struct Groups {
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    by_id: BTreeMap<CompactString, Arc<Group>>,
    /// Also the codes that are no longer valid, which are refused in another way than unknown ones.
    codes: HashMap<String, InviteCode>,
}

/// What is known of an invite code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InviteCode {
    Valid(CompactString),
    Revoked,
}

impl Groups {
    pub(crate) fn restore(
        groups: Vec<GroupRecord>,
        revoked: Vec<String>,
        directory: &Directory,
    ) -> Result<Self, Error> {
        let this = Self::default();
        for record in groups {
            this.insert(record.restore(directory)?);
        }
        let revoked = revoked.into_iter().map(|code| (code, InviteCode::Revoked));
        lock(&this.index).codes.extend(revoked);
        Ok(this)
    }

    /// The stored form: the groups, and the invite codes that were taken back.
    pub(crate) fn records(&self) -> (Vec<GroupRecord>, Vec<String>) {
        let groups = self.all();
        let mut revoked: Vec<String> = lock(&self.index)
            .codes
            .iter()
            .filter(|(_, code)| **code == InviteCode::Revoked)
            .map(|(code, _)| code.clone())
            .collect();
        revoked.sort();
        (
            groups.iter().map(|group| GroupRecord::of(group)).collect(),
            revoked,
        )
    }

    pub(crate) fn insert(&self, group: Group) -> Arc<Group> {
        let group = Arc::new(group);
        let invite = group.with(|state| state.invite.clone());
        let mut index = lock(&self.index);
        index.codes.insert(invite, InviteCode::Valid(group.id.clone()));
        index.by_id.insert(group.id.clone(), Arc::clone(&group));
        group
    }

    /// Takes a group and its invite code out.
    pub(crate) fn remove(&self, group: &Group) {
        let invite = group.with(|state| state.invite.clone());
        let mut index = lock(&self.index);
        index.by_id.remove(&group.id);
        index.codes.insert(invite, InviteCode::Revoked);
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Group>> {
        lock(&self.index).by_id.get(id).cloned()
    }

    /// All groups, in order of their ids.
    pub(crate) fn all(&self) -> Vec<Arc<Group>> {
        lock(&self.index).by_id.values().cloned().collect()
    }

    /// The groups an account is in.
    pub(crate) fn of(&self, account: &Account) -> Vec<Arc<Group>> {
        let mut groups = self.all();
        groups.retain(|group| group.with(|state| state.role_of(account).is_some()));
        groups
    }

    /// The groups of a community.
    pub(crate) fn linked_to(&self, parent: &Group) -> Vec<Arc<Group>> {
        let mut groups = self.all();
        groups.retain(|group| group.with(|state| state.parent.as_ref() == Some(&parent.id)));
        groups
    }

    pub(crate) fn invite(&self, code: &str) -> Option<InviteCode> {
        lock(&self.index).codes.get(code).cloned()
    }

    /// Replaces an invite code by a new one, which is the result.
    pub(crate) fn renew_invite(&self, group: &CompactString, old: &str) -> String {
        let code = new_code();
        let mut index = lock(&self.index);
        index.codes.insert(old.to_owned(), InviteCode::Revoked);
        index.codes.insert(code.clone(), InviteCode::Valid(group.clone()));
        code
    }
}

/// A code that nobody guesses.
pub(crate) fn new_code() -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut code = String::with_capacity(INVITE_LENGTH);
    for byte in rand::random::<[u8; INVITE_LENGTH]>() {
        code.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    }
    code
}

use std::sync::Arc;

use wacore_binary::Jid;

use super::{GroupError, Notice, change as change_group, create::created, notice::people};
use crate::{
    network::Network,
    state::{Account, Group, GroupState, Invitation, Role, new_code},
};

/// Members a group can have.
pub(super) const LARGEST_GROUP: usize = 1024;
/// How long a personal invitation holds.
const INVITATION_S: u64 = 3 * 24 * 60 * 60;
/// The value of `groupadd` that lets nobody add.
const NOBODY: &str = "none";

/// What happens to members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Add,
    Remove,
    Promote,
    Demote,
}

impl Change {
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Promote => "promote",
            Self::Demote => "demote",
        }
    }
}

/// What became of one person.
pub(crate) struct Outcome {
    /// The address, in the group's space if the person exists.
    pub(crate) jid: Jid,
    pub(crate) refused: Option<GroupError>,
    /// Somebody who cannot be added can be invited.
    pub(crate) invitation: Option<Invitation>,
}

impl Outcome {
    fn done(group: &Group, account: &Account) -> Self {
        Self::refused(group.address(account), None)
    }

    fn refused(jid: Jid, refused: impl Into<Option<GroupError>>) -> Self {
        Self {
            jid,
            refused: refused.into(),
            invitation: None,
        }
    }
}

/// Changes the membership or role of some people, each on their own.
pub(crate) fn change(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    what: Change,
    jids: &[Jid],
) -> Result<Vec<Outcome>, GroupError> {
    if jids.is_empty() {
        return Err(GroupError::Malformed);
    }
    match what {
        Change::Add => add(network, group, actor, jids),
        Change::Remove => remove(network, group, actor, jids),
        Change::Promote => set_role(network, group, actor, what, jids, Role::Admin),
        Change::Demote => set_role(network, group, actor, what, jids, Role::Member),
    }
}

/// Those of `jids` who can be added without asking, and the outcomes for all.
pub(super) fn candidates(
    network: &Network,
    group: &Group,
    actor: &Account,
    jids: &[Jid],
) -> (Vec<Arc<Account>>, Vec<Outcome>) {
    let mut admitted: Vec<Arc<Account>> = Vec::new();
    let mut outcomes = Vec::new();
    for jid in jids {
        let Some(account) = network.directory.resolve(jid) else {
            outcomes.push(Outcome::refused(jid.to_non_ad(), GroupError::NotFound));
            continue;
        };
        if account.pn == actor.pn {
            continue;
        }
        if account.settings.privacy().get("groupadd").map(String::as_str) == Some(NOBODY) {
            outcomes.push(Outcome {
                jid: group.address(&account),
                refused: Some(GroupError::Forbidden),
                invitation: Some(invite(network, group, &account)),
            });
            continue;
        }
        outcomes.push(Outcome::done(group, &account));
        if admitted.iter().all(|other| other.pn != account.pn) {
            admitted.push(account);
        }
    }
    (admitted, outcomes)
}

fn add(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    jids: &[Jid],
) -> Result<Vec<Outcome>, GroupError> {
    group.with(|state| state.require_if(actor, !state.settings.members_may_add))?;
    let (candidates, mut outcomes) = candidates(network, group, actor, jids);
    change_group(network, group, actor, |state| {
        state.require_if(actor, !state.settings.members_may_add)?;
        let mut added = Vec::new();
        for account in candidates {
            let refused = if state.role_of(&account).is_some() {
                Some(GroupError::Conflict)
            } else if state.members.len() >= LARGEST_GROUP {
                Some(GroupError::Full)
            } else {
                state.admit(&account, Role::Member);
                added.push(Arc::clone(&account));
                None
            };
            let address = group.address(&account);
            for outcome in outcomes.iter_mut().filter(|outcome| outcome.jid == address) {
                outcome.refused = refused;
            }
        }
        Ok((outcomes, welcome(group, state, &added, None)))
    })
}

/// Tells the old members who has come, and those who have come what they have come to.
pub(super) fn welcome(
    group: &Group,
    state: &GroupState,
    added: &[Arc<Account>],
    reason: Option<&'static str>,
) -> Vec<Notice> {
    if added.is_empty() {
        return Vec::new();
    }
    let news = people("add", group, added, Role::Member);
    let news = match reason {
        Some(reason) => news.attr("reason", reason),
        None => news,
    };
    vec![
        Notice::others(news.build(), state, added),
        Notice::new(
            created(group, state, Some(reason.unwrap_or("add")), None),
            added.to_vec(),
        ),
    ]
}

fn remove(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    jids: &[Jid],
) -> Result<Vec<Outcome>, GroupError> {
    change_group(network, group, actor, |state| {
        state.require_admin(actor)?;
        let audience = state.everyone();
        let mut removed = Vec::new();
        let mut outcomes = Vec::new();
        for jid in jids {
            let account = network.directory.resolve(jid);
            let role = account.as_ref().and_then(|account| state.role_of(account));
            outcomes.push(match (account, role) {
                (Some(account), Some(Role::Member | Role::Admin)) => {
                    state.members.remove(&account.pn);
                    state.removed.insert(account.pn.clone());
                    let outcome = Outcome::done(group, &account);
                    removed.push(account);
                    outcome
                }
                // Nobody removes who created the group.
                (Some(account), Some(Role::SuperAdmin)) => {
                    Outcome::refused(group.address(&account), GroupError::NotAcceptable)
                }
                _ => Outcome::refused(jid.to_non_ad(), GroupError::NotFound),
            });
        }
        Ok((outcomes, farewell(group, &removed, audience)))
    })
}

fn farewell(group: &Group, removed: &[Arc<Account>], audience: Vec<Arc<Account>>) -> Vec<Notice> {
    if removed.is_empty() {
        return Vec::new();
    }
    let action = people("remove", group, removed, Role::Member).build();
    vec![Notice::new(action, audience)]
}

fn set_role(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    what: Change,
    jids: &[Jid],
    role: Role,
) -> Result<Vec<Outcome>, GroupError> {
    change_group(network, group, actor, |state| {
        state.require_admin(actor)?;
        let mut changed = Vec::new();
        let mut outcomes = Vec::new();
        for jid in jids {
            let account = network.directory.resolve(jid);
            let member = account
                .as_ref()
                .and_then(|account| state.members.get_mut(&account.pn));
            outcomes.push(match member {
                Some(member) if member.role == Role::SuperAdmin && role == Role::Member => {
                    Outcome::refused(group.address(&member.account), GroupError::NotAcceptable)
                }
                Some(member) => {
                    // A super admin stays one when promoted.
                    if member.role != role && member.role != Role::SuperAdmin {
                        member.role = role;
                        changed.push(Arc::clone(&member.account));
                    }
                    Outcome::done(group, &member.account)
                }
                None => Outcome::refused(jid.to_non_ad(), GroupError::NotFound),
            });
        }
        let notices = if changed.is_empty() {
            Vec::new()
        } else {
            let action = people(what.tag(), group, &changed, role).build();
            vec![Notice::everyone(action, state)]
        };
        Ok((outcomes, notices))
    })
}

/// Takes the actor out of the group. When the last admin goes, the next member becomes one.
pub(crate) fn leave(network: &Arc<Network>, group: &Group, actor: &Arc<Account>) -> Result<(), GroupError> {
    change_group(network, group, actor, |state| {
        state.require_member(actor)?;
        let audience = state.everyone();
        state.members.remove(&actor.pn);
        let mut notices = farewell(group, std::slice::from_ref(actor), audience);
        if state.admins().is_empty()
            && let Some(heir) = state.members.values_mut().next()
        {
            heir.role = Role::Admin;
            let heir = [Arc::clone(&heir.account)];
            let action = people("promote", group, &heir, Role::Admin).build();
            notices.push(Notice::everyone(action, state));
        }
        Ok(((), notices))
    })
}

fn invite(network: &Network, group: &Group, account: &Account) -> Invitation {
    let invitation = Invitation {
        code: new_code(),
        expires: network.clock.now() + INVITATION_S,
    };
    group.with(|state| state.invitations.insert(account.pn.clone(), invitation.clone()));
    invitation
}

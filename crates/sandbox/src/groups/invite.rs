use std::sync::Arc;

use wacore_binary::{Jid, builder::NodeBuilder};

use super::{
    Detail, GroupError, Joined, Notice, Outcome, change, group_node,
    members::{LARGEST_GROUP, welcome},
    requests,
};
use crate::{
    network::Network,
    state::{Account, Group, GroupState, InviteCode, RequestMethod, Role},
};

/// The code of the invite link.
pub(crate) fn code(group: &Group, actor: &Account) -> Result<String, GroupError> {
    group.with(|state| {
        may_invite(state, actor)?;
        Ok(state.invite.clone())
    })
}

/// Makes the invite link invalid and answers the code of the new one.
pub(crate) fn revoke(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
) -> Result<String, GroupError> {
    change(network, group, actor, |state| {
        state.require_admin(actor)?;
        state.invite = network.groups.renew_invite(&group.id, &state.invite);
        let action = NodeBuilder::new("invite")
            .attr("code", state.invite.clone())
            .build();
        Ok((state.invite.clone(), vec![Notice::new(action, state.admins())]))
    })
}

/// What a link leads to, for people outside.
pub(crate) fn info(network: &Network, code: &str) -> Result<wacore_binary::Node, GroupError> {
    let group = resolve(network, code)?;
    Ok(group.with(|state| group_node(&group, state, Detail::OUTSIDE)))
}

/// Joins by link.
pub(crate) fn join(network: &Arc<Network>, actor: &Arc<Account>, code: &str) -> Result<Joined, GroupError> {
    let group = resolve(network, code)?;
    enter(network, &group, actor, RequestMethod::InviteLink, |state| {
        if state.removed.contains(&actor.pn) {
            return Err(GroupError::Removed);
        }
        Ok(state.settings.approval)
    })
}

/// Joins by a personal invitation.
pub(crate) fn accept(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    code: &str,
    expires: u64,
) -> Result<Joined, GroupError> {
    enter(network, group, actor, RequestMethod::InviteLink, |state| {
        let invitation = state.invitations.get(&actor.pn);
        let invitation =
            invitation.filter(|invitation| invitation.code == code && invitation.expires == expires);
        match invitation {
            None => Err(GroupError::NotAcceptable),
            Some(invitation) if invitation.expires < network.clock.now() => Err(GroupError::Gone),
            // An admin has asked them to come.
            Some(_) => Ok(false),
        }
    })
}

/// Takes personal invitations back.
pub(crate) fn revoke_invitations(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    jids: &[Jid],
) -> Result<Vec<Outcome>, GroupError> {
    change(network, group, actor, |state| {
        state.require_admin(actor)?;
        let outcomes = jids.iter().map(|jid| {
            let account = network.directory.resolve(jid);
            let known = account.and_then(|account| state.invitations.remove(&account.pn));
            Outcome {
                jid: jid.to_non_ad(),
                refused: known.is_none().then_some(GroupError::NotFound),
                invitation: None,
            }
        });
        Ok((outcomes.collect(), Vec::new()))
    })
}

/// Lets somebody in, or has them wait if `check` says that they have to be approved.
pub(super) fn enter(
    network: &Arc<Network>,
    group: &Group,
    actor: &Arc<Account>,
    method: RequestMethod,
    check: impl FnOnce(&GroupState) -> Result<bool, GroupError>,
) -> Result<Joined, GroupError> {
    change(network, group, actor, |state| {
        if state.role_of(actor).is_some() {
            return Err(GroupError::AlreadyMember);
        }
        if state.members.len() >= LARGEST_GROUP {
            return Err(GroupError::Full);
        }
        if check(state)? {
            let notices = requests::ask(group, state, actor, method, network.clock.now());
            return Ok((Joined::Waiting(group.jid()), notices));
        }
        state.admit(actor, Role::Member);
        let reason = match method {
            RequestMethod::InviteLink => "invite",
            RequestMethod::LinkedGroupJoin => "linked_group_join",
        };
        let notices = welcome(group, state, std::slice::from_ref(actor), Some(reason));
        Ok((Joined::Member(group.jid()), notices))
    })
}

fn may_invite(state: &GroupState, actor: &Account) -> Result<(), GroupError> {
    match state.require_member(actor)? {
        Role::Member if !state.settings.members_may_invite => Err(GroupError::NotAuthorized),
        _ => Ok(()),
    }
}

fn resolve(network: &Network, code: &str) -> Result<Arc<Group>, GroupError> {
    match network.groups.invite(code) {
        Some(InviteCode::Valid(id)) => network.groups.find(&id).ok_or(GroupError::Gone),
        Some(InviteCode::Revoked) => Err(GroupError::Gone),
        None => Err(GroupError::NotAcceptable),
    }
}

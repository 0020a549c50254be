use std::sync::Arc;

use wacore_binary::{Jid, Node, builder::NodeBuilder};

use super::{
    Detail, GroupError, Joined, Notice, change, find, group_node, invite::enter, members::welcome,
    participant_node,
};
use crate::{
    network::Network,
    state::{Account, Group, RequestMethod, Role},
};

/// Makes groups part of a community. Their members become its members.
pub(crate) fn link(
    network: &Arc<Network>,
    parent: &Group,
    actor: &Arc<Account>,
    jids: &[Jid],
) -> Result<Vec<(Jid, Option<GroupError>)>, GroupError> {
    require_parent(parent, actor)?;
    let linked = jids.iter().map(|jid| {
        let outcome = find(network, jid).and_then(|group| link_one(network, parent, actor, &group));
        (jid.clone(), outcome.err())
    });
    Ok(linked.collect())
}

fn link_one(
    network: &Arc<Network>,
    parent: &Group,
    actor: &Arc<Account>,
    group: &Group,
) -> Result<(), GroupError> {
    let action = reference("link", "link_type", "parent_group", parent).build();
    change(network, group, actor, |state| {
        state.require_admin(actor)?;
        if state.parent.is_some() || state.settings.community.is_some() {
            return Err(GroupError::Conflict);
        }
        state.parent = Some(parent.id.clone());
        Ok(((), vec![Notice::everyone(action, state)]))
    })?;
    join_parent(network, parent, actor, group);
    Ok(())
}

/// Makes the members of a new group of a community members of the community, and tells of the group.
pub(super) fn join_parent(network: &Arc<Network>, parent: &Group, actor: &Arc<Account>, group: &Group) {
    let members = group.with(|state| state.everyone());
    let mut rooms: Vec<Arc<Group>> = network.groups.linked_to(parent);
    rooms.retain(|room| room.with(|state| state.settings.default_sub_group));
    let rooms = rooms.iter().map(AsRef::as_ref);
    let action = reference("link", "link_type", "sub_group", group).build();
    for room in std::iter::once(parent).chain(rooms) {
        let admitted = change(network, room, actor, |state| {
            let mut added = members.clone();
            added.retain(|account| state.role_of(account).is_none());
            for account in &added {
                state.admit(account, Role::Member);
            }
            let mut notices = welcome(room, state, &added, Some("linked_group_join"));
            if room.id == parent.id {
                notices.push(Notice::everyone(action.clone(), state));
            }
            Ok(((), notices))
        });
        debug_assert!(admitted.is_ok(), "nothing in there refuses");
    }
}

/// Takes groups out of a community; those who are in no other of its groups leave it, if wanted.
pub(crate) fn unlink(
    network: &Arc<Network>,
    parent: &Group,
    actor: &Arc<Account>,
    jids: &[(Jid, bool)],
) -> Result<Vec<(Jid, Option<GroupError>)>, GroupError> {
    require_parent(parent, actor)?;
    let unlinked = jids.iter().map(|(jid, remove_orphans)| {
        let outcome = find(network, jid).and_then(|group| {
            unlink_one(network, parent, actor, &group, "unlink_group")?;
            if *remove_orphans {
                remove_orphaned(network, parent, actor, &group);
            }
            Ok(())
        });
        (jid.clone(), outcome.err())
    });
    Ok(unlinked.collect())
}

fn unlink_one(
    network: &Arc<Network>,
    parent: &Group,
    actor: &Arc<Account>,
    group: &Group,
    reason: &'static str,
) -> Result<(), GroupError> {
    let action = |kind, other| {
        reference("unlink", "unlink_type", kind, other)
            .attr("unlink_reason", reason)
            .build()
    };
    let (for_group, for_parent) = (action("parent_group", parent), action("sub_group", group));
    change(network, group, actor, |state| {
        if state.parent.as_ref() != Some(&parent.id) {
            return Err(GroupError::NotFound);
        }
        if state.settings.default_sub_group && reason == "unlink_group" {
            return Err(GroupError::NotAcceptable);
        }
        state.parent = None;
        Ok(((), vec![Notice::everyone(for_group, state)]))
    })?;
    change(network, parent, actor, |state| {
        Ok(((), vec![Notice::everyone(for_parent, state)]))
    })
}

fn remove_orphaned(network: &Arc<Network>, parent: &Group, actor: &Arc<Account>, group: &Group) {
    let mut orphans = group.with(|state| state.everyone());
    let mut rooms = network.groups.linked_to(parent);
    rooms.retain(|room| room.with(|state| !state.settings.default_sub_group));
    orphans.retain(|account| {
        let elsewhere = rooms
            .iter()
            .any(|room| room.with(|state| state.role_of(account).is_some()));
        let admin = parent.with(|state| state.role_of(account).is_none_or(Role::is_admin));
        !elsewhere && !admin
    });
    let jids: Vec<Jid> = orphans.iter().map(|account| parent.address(account)).collect();
    remove_everywhere(network, parent, actor, &jids, Some(group));
}

/// Removes people from a community and its groups, but for one.
fn remove_everywhere(
    network: &Arc<Network>,
    parent: &Group,
    actor: &Arc<Account>,
    jids: &[Jid],
    except: Option<&Group>,
) {
    if jids.is_empty() {
        return;
    }
    let rooms = network.groups.linked_to(parent);
    let rooms = rooms.iter().map(AsRef::as_ref).chain([parent]);
    for room in rooms.filter(|room| except.is_none_or(|except| except.id != room.id)) {
        // Where they are not, or the actor is no admin, nothing happens.
        let _ = super::change_members(network, room, actor, super::Change::Remove, jids);
    }
}

/// Removes people from the groups of a community, after they were removed from the community itself.
pub(crate) fn remove_from_linked(network: &Arc<Network>, parent: &Group, actor: &Arc<Account>, jids: &[Jid]) {
    remove_everywhere(network, parent, actor, jids, Some(parent));
}

/// Ends a community. Its groups stay, without the one for announcements.
pub(crate) fn delete(network: &Arc<Network>, parent: &Group, actor: &Arc<Account>) -> Result<(), GroupError> {
    require_parent(parent, actor)?;
    for group in network.groups.linked_to(parent) {
        if group.with(|state| state.settings.default_sub_group) {
            end(network, &group, actor)?;
        } else {
            unlink_one(network, parent, actor, &group, "delete_parent")?;
        }
    }
    end(network, parent, actor)
}

fn end(network: &Arc<Network>, group: &Group, actor: &Arc<Account>) -> Result<(), GroupError> {
    change(network, group, actor, |state| {
        let action = NodeBuilder::new("delete").attr("reason", "delete_parent").build();
        let notice = Notice::everyone(action, state);
        state.members.clear();
        Ok(((), vec![notice]))
    })?;
    network.groups.remove(group);
    Ok(())
}

/// A group of a community, for its members.
pub(crate) fn query_linked(
    network: &Network,
    parent: &Group,
    actor: &Account,
    jid: &Jid,
) -> Result<Node, GroupError> {
    parent.with(|state| state.require_member(actor))?;
    let group = linked(network, parent, jid)?;
    Ok(group.with(|state| group_node(&group, state, Detail::FULL)))
}

/// Joins a group of a community one is a member of.
pub(crate) fn join_linked(
    network: &Arc<Network>,
    parent: &Group,
    actor: &Arc<Account>,
    jid: &Jid,
) -> Result<(Joined, Node), GroupError> {
    parent.with(|state| state.require_member(actor))?;
    let group = linked(network, parent, jid)?;
    let joined = enter(network, &group, actor, RequestMethod::LinkedGroupJoin, |state| {
        Ok(state.settings.approval)
    })?;
    Ok((
        joined,
        group.with(|state| group_node(&group, state, Detail::FULL)),
    ))
}

/// Everybody in the groups of a community.
pub(crate) fn linked_participants(
    network: &Network,
    parent: &Group,
    actor: &Account,
) -> Result<Vec<Node>, GroupError> {
    parent.with(|state| state.require_member(actor))?;
    let mut people = std::collections::BTreeMap::new();
    for group in network.groups.linked_to(parent) {
        for account in group.with(|state| state.everyone()) {
            people.insert(account.pn.clone(), account);
        }
    }
    let nodes = people
        .values()
        .map(|account| participant_node(parent, account, Role::Member));
    Ok(nodes.collect())
}

fn linked(network: &Network, parent: &Group, jid: &Jid) -> Result<Arc<Group>, GroupError> {
    let group = find(network, jid)?;
    if group.with(|state| state.parent.as_ref() == Some(&parent.id)) {
        Ok(group)
    } else {
        Err(GroupError::NotFound)
    }
}

fn require_parent(parent: &Group, actor: &Account) -> Result<(), GroupError> {
    parent.with(|state| {
        state.require_admin(actor)?;
        match state.settings.community {
            Some(_) => Ok(()),
            None => Err(GroupError::NotAcceptable),
        }
    })
}

/// An action that names another group. Reads that group, so not to be called while one is locked.
fn reference(tag: &'static str, key: &'static str, kind: &'static str, group: &Group) -> NodeBuilder {
    let subject = group.with(|state| state.subject.text.clone());
    let group = NodeBuilder::new("group")
        .attr("jid", group.jid())
        .attr("subject", subject)
        .build();
    NodeBuilder::new(tag).attr(key, kind).children([group])
}

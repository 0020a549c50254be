use std::{collections::BTreeMap, sync::Arc};

use wacore_binary::{CompactString, Jid, Node, builder::NodeBuilder};

use super::{
    Detail, GroupError, NewDescription, Notice, Outcome, change, group_node,
    members::{self, LARGEST_GROUP},
    settings::{LONGEST_DESCRIPTION, LONGEST_SUBJECT},
};
use crate::{
    network::Network,
    route,
    state::{Account, Description, Group, GroupSettings, GroupState, Member, Role, Space, Subject, new_code},
};

/// What a new group should be.
pub(crate) struct NewGroup {
    pub(crate) subject: String,
    pub(crate) participants: Vec<Jid>,
    pub(crate) description: Option<NewDescription>,
    pub(crate) settings: GroupSettings,
    pub(crate) space: Space,
    /// The community it is for.
    pub(crate) parent: Option<Jid>,
    /// For a community: whether it gets a general chat.
    pub(crate) with_general_chat: bool,
    /// Echoed in the notification.
    pub(crate) key: Option<String>,
}

/// Creates a group. Who could not be added is told by the outcomes, and is not in it.
pub(crate) fn create(
    network: &Arc<Network>,
    actor: &Arc<Account>,
    new: NewGroup,
) -> Result<(Arc<Group>, Vec<Outcome>), GroupError> {
    let subject = new.subject.trim();
    if subject.is_empty() || subject.chars().count() > LONGEST_SUBJECT {
        return Err(GroupError::NotAcceptable);
    }
    let description = new.description.filter(|description| !description.text.is_empty());
    if description
        .as_ref()
        .is_some_and(|description| description.text.chars().count() > LONGEST_DESCRIPTION)
    {
        return Err(GroupError::NotAcceptable);
    }
    let parent = match &new.parent {
        Some(parent) => {
            let parent = super::find(network, parent)?;
            parent.with(|state| state.require_admin(actor))?;
            Some(parent)
        }
        None => None,
    };
    let community = new.settings.community;
    let now = network.clock.now();
    let group = found(network, actor, new.space, subject, new.settings);
    let (admitted, outcomes) = members::candidates(network, &group, actor, &new.participants);
    let key = new.key;
    change(network, &group, actor, |state| {
        for account in &admitted {
            if state.members.len() < LARGEST_GROUP {
                state.admit(account, Role::Member);
            }
        }
        state.description = description.map(|description| Description {
            id: description.id,
            text: description.text,
            by: Arc::clone(actor),
            at: now,
        });
        state.parent = parent.as_ref().map(|parent| parent.id.clone());
        let action = created(&group, state, None, key.as_deref());
        Ok(((), vec![Notice::everyone(action, state)]))
    })?;
    if let Some(parent) = parent {
        super::community::join_parent(network, &parent, actor, &group);
    }
    if community.is_some() {
        furnish(network, actor, &group, new.with_general_chat);
    }
    Ok((group, outcomes))
}

/// The `<create>` that makes a group known to a device.
pub(super) fn created(
    group: &Group,
    state: &GroupState,
    reason: Option<&'static str>,
    key: Option<&str>,
) -> Node {
    let mut builder = NodeBuilder::new("create");
    match reason {
        Some(reason) => builder = builder.attr("reason", reason),
        None => builder = builder.attr("type", "new"),
    }
    if let Some(key) = key {
        builder = builder.attr("key", key.to_owned());
    }
    builder.children([group_node(group, state, Detail::FULL)]).build()
}

/// A group with only its creator.
fn found(
    network: &Network,
    creator: &Arc<Account>,
    space: Space,
    subject: &str,
    settings: GroupSettings,
) -> Arc<Group> {
    let member = Member {
        account: Arc::clone(creator),
        role: Role::SuperAdmin,
    };
    let now = network.clock.now();
    let state = GroupState {
        subject: Subject {
            text: subject.to_owned(),
            by: Arc::clone(creator),
            at: now,
        },
        description: None,
        settings,
        invite: new_code(),
        members: BTreeMap::from([(creator.pn.clone(), member)]),
        requests: BTreeMap::new(),
        invitations: BTreeMap::new(),
        removed: std::collections::BTreeSet::new(),
        parent: None,
    };
    let id = format!("120363{:012}", rand::random::<u64>() % 1_000_000_000_000);
    network.groups.insert(Group::new(
        CompactString::from(id),
        space,
        now,
        Arc::clone(creator),
        state,
    ))
}

/// Every community has a group for announcements, and a general chat if its creator wants one.
fn furnish(network: &Arc<Network>, actor: &Arc<Account>, parent: &Group, with_general_chat: bool) {
    let subject = parent.with(|state| state.subject.text.clone());
    let announcements = GroupSettings {
        announcement: true,
        default_sub_group: true,
        ..GroupSettings::default()
    };
    let general = GroupSettings {
        general_chat: true,
        members_may_add: true,
        ..GroupSettings::default()
    };
    let rooms = [Some(announcements), with_general_chat.then_some(general)];
    for settings in rooms.into_iter().flatten() {
        let name = if settings.general_chat {
            "General"
        } else {
            &subject
        };
        let group = found(network, actor, parent.space, name, settings);
        group.with(|state| {
            state.parent = Some(parent.id.clone());
            let action = created(&group, state, None, None);
            let audience = state.everyone();
            route::group_notification(network, route::GROUP_NEWS, &group, actor, action, &audience);
        });
    }
    network.persistence.touch();
}

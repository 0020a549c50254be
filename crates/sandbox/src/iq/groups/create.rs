use wacore_binary::NodeRef;

use super::{answer, outcome_node, participants};
use crate::{
    groups::{self, Detail, GroupError, NewDescription, NewGroup, group_node},
    iq::request::{Answer, Request},
    state::{Community, Flag, GroupSettings, Space},
    wire::{attr_jid, attr_str, child, nodes, text},
};

pub(in crate::iq) fn create(request: &Request<'_>) -> Answer {
    answer(try_create(request))
}

fn try_create(request: &Request<'_>) -> Result<Vec<wacore_binary::Node>, GroupError> {
    let create = request.child().ok_or(GroupError::Malformed)?;
    let new = NewGroup {
        subject: attr_str(create, "subject").unwrap_or_default().into_owned(),
        participants: participants(create),
        description: child(create, "description").map(|description| NewDescription {
            id: attr_str(description, "id").unwrap_or_default().into_owned(),
            text: child(description, "body")
                .map(text)
                .unwrap_or_default()
                .into_owned(),
        }),
        settings: settings(create),
        // The network addresses new groups by hidden identity.
        space: Space::Lid,
        parent: child(create, "linked_parent").and_then(|parent| attr_jid(parent, "jid")),
        with_general_chat: child(create, "create_general_chat").is_some(),
        key: attr_str(create, "key").map(std::borrow::Cow::into_owned),
    };
    let (group, outcomes) = groups::create(request.network(), request.actor(), new)?;
    let mut node = group.with(|state| group_node(&group, state, Detail::FULL));
    // Those who are not in it are listed with the reason.
    if let Some(wacore_binary::NodeContent::Nodes(children)) = &mut node.content {
        children.extend(
            outcomes
                .iter()
                .filter(|outcome| outcome.refused.is_some())
                .map(outcome_node),
        );
    }
    Ok(vec![node])
}

fn settings(create: &NodeRef<'_>) -> GroupSettings {
    let word = |tag| child(create, tag).map(text).unwrap_or_default();
    let state = child(create, "membership_approval_mode")
        .and_then(|mode| child(mode, "group_join"))
        .and_then(|join| attr_str(join, "state"));
    let flags = nodes(create).iter().filter_map(|child| Flag::parse(&child.tag));
    GroupSettings {
        locked: child(create, "locked").is_some(),
        announcement: child(create, "announcement").is_some(),
        ephemeral: child(create, "ephemeral")
            .and_then(|node| attr_str(node, "expiration")?.parse().ok())
            .unwrap_or_default(),
        approval: state.as_deref() == Some("on"),
        members_may_add: word("member_add_mode") != "admin_add",
        members_may_invite: word("member_link_mode") == "all_member_link",
        flags: flags.filter(|(_, on)| *on).map(|(flag, _)| flag).collect(),
        community: child(create, "parent").map(|parent| Community {
            closed: attr_str(parent, "default_membership_approval_mode").as_deref()
                == Some("request_required"),
        }),
        ..GroupSettings::default()
    }
}

//! Groups as clients see them.

use wacore_binary::{Node, builder::NodeBuilder};

use crate::state::{Account, Group, GroupState, Role};

/// How much of a group to show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detail {
    pub(crate) participants: bool,
    pub(crate) description: bool,
}

impl Detail {
    pub(crate) const FULL: Self = Self {
        participants: true,
        description: true,
    };
    /// For people outside.
    pub(crate) const OUTSIDE: Self = Self {
        participants: false,
        description: true,
    };
}

/// The `<group>` element.
pub(crate) fn group_node(group: &Group, state: &GroupState, detail: Detail) -> Node {
    let subject = &state.subject;
    let creator = group.alternate(&group.creator);
    let author = group.alternate(&subject.by);
    let mut builder = NodeBuilder::new("group")
        .attr("id", group.id.clone())
        .attr("subject", subject.text.clone())
        .attr("s_o", group.address(&subject.by))
        .attr("s_t", subject.at)
        .attr("creator", group.address(&group.creator))
        .attr("creation", group.created)
        .attr("addressing_mode", group.mode())
        .attr("size", state.members.len());
    if creator.jid.is_pn() {
        builder = builder.attr("creator_pn", creator.jid).attr("s_o_pn", author.jid);
    }
    let mut children = Vec::new();
    if detail.participants {
        let members = state.members.values();
        children.extend(members.map(|member| participant_node(group, &member.account, member.role)));
    }
    if detail.description {
        children.extend(description(group, state));
    }
    children.extend(settings(state));
    builder.children(children).build()
}

/// A `<participant>` with both its addresses.
pub(crate) fn participant_node(group: &Group, account: &Account, role: Role) -> Node {
    let other = group.alternate(account);
    let builder = NodeBuilder::new("participant")
        .attr("jid", group.address(account))
        .attr(other.participant, other.jid);
    match role.as_str() {
        Some(role) => builder.attr("type", role).build(),
        None => builder.build(),
    }
}

fn description(group: &Group, state: &GroupState) -> Option<Node> {
    let description = state.description.as_ref()?;
    let author = group.alternate(&description.by);
    let body = NodeBuilder::new("body").string_content(description.text.as_str());
    let node = NodeBuilder::new("description")
        .attr("id", description.id.clone())
        .attr("participant", group.address(&description.by))
        .attr(author.author, author.jid)
        .attr("t", description.at)
        .children([body.build()]);
    Some(node.build())
}

fn settings(state: &GroupState) -> Vec<Node> {
    let settings = &state.settings;
    let mut nodes = Vec::new();
    let mut flag = |set: bool, tag: &'static str| {
        if set {
            nodes.push(NodeBuilder::new(tag).build());
        }
    };
    flag(settings.locked, "locked");
    flag(settings.announcement, "announcement");
    flag(settings.default_sub_group, "default_sub_group");
    flag(settings.general_chat, "general_chat");
    for setting in &settings.flags {
        flag(true, setting.tags().0);
    }
    if settings.ephemeral > 0 {
        nodes.push(
            NodeBuilder::new("ephemeral")
                .attr("expiration", settings.ephemeral)
                .build(),
        );
    }
    if settings.approval {
        nodes.push(approval_mode(true));
    }
    let word = |tag, word: &'static str| NodeBuilder::new(tag).string_content(word).build();
    nodes.push(word("member_add_mode", add_mode(settings.members_may_add)));
    nodes.push(word("member_link_mode", link_mode(settings.members_may_invite)));
    if let Some(community) = settings.community {
        let parent = NodeBuilder::new("parent");
        nodes.push(if community.closed {
            parent
                .attr("default_membership_approval_mode", "request_required")
                .build()
        } else {
            parent.build()
        });
    }
    if let Some(parent) = &state.parent {
        let jid = wacore_binary::Jid::group(parent.clone());
        nodes.push(NodeBuilder::new("linked_parent").attr("jid", jid).build());
    }
    nodes
}

pub(super) fn approval_mode(on: bool) -> Node {
    let join = NodeBuilder::new("group_join").attr("state", if on { "on" } else { "off" });
    NodeBuilder::new("membership_approval_mode")
        .children([join.build()])
        .build()
}

pub(super) fn add_mode(members: bool) -> &'static str {
    if members { "all_member_add" } else { "admin_add" }
}

pub(super) fn link_mode(members: bool) -> &'static str {
    if members { "all_member_link" } else { "admin_link" }
}

use wacore_binary::{Jid, Node, NodeRef, builder::NodeBuilder};

use super::{answer, invite::joined_node, query::linked};
use crate::{
    groups::{self, GroupError, Joined},
    iq::request::{Answer, Request},
    wire::{attr_jid, attr_str, child, nodes},
};

pub(in crate::iq) fn links(request: &Request<'_>) -> Answer {
    let run = || {
        let link = request
            .child()
            .and_then(|links| child(links, "link"))
            .ok_or(GroupError::Malformed)?;
        let jids: Vec<Jid> = nodes(link)
            .iter()
            .filter_map(|group| attr_jid(group, "jid"))
            .collect();
        let linked = groups::link(request.network(), &*request.group()?, request.actor(), &jids)?;
        let link = NodeBuilder::new("link")
            .attr("link_type", "sub_group")
            .children(group_outcomes(linked));
        Ok(NodeBuilder::new("links").children([link.build()]).build())
    };
    answer(run().map(|node| vec![node]))
}

pub(in crate::iq) fn unlink(request: &Request<'_>) -> Answer {
    let run = || {
        let node = request.child().ok_or(GroupError::Malformed)?;
        let wanted = nodes(node).iter().filter_map(|group| {
            let orphans = attr_str(group, "remove_orphaned_members").as_deref() == Some("true");
            Some((attr_jid(group, "jid")?, orphans))
        });
        let wanted: Vec<_> = wanted.collect();
        let unlinked = groups::unlink(request.network(), &*request.group()?, request.actor(), &wanted)?;
        let node = NodeBuilder::new("unlink")
            .attr("unlink_type", "sub_group")
            .children(group_outcomes(unlinked));
        Ok(node.build())
    };
    answer(run().map(|node| vec![node]))
}

pub(in crate::iq) fn delete_parent(request: &Request<'_>) -> Answer {
    let run = || groups::delete_community(request.network(), &*request.group()?, request.actor());
    answer(run().map(|()| Vec::new()))
}

pub(in crate::iq) fn query_linked(request: &Request<'_>) -> Answer {
    let run = || {
        let jid = subject_of(request)?;
        groups::query_linked(request.network(), &*request.group()?, request.actor(), &jid)
    };
    answer(run().map(|node| vec![linked(node)]))
}

pub(in crate::iq) fn join_linked_group(request: &Request<'_>) -> Answer {
    let run = || {
        let jid = subject_of(request)?;
        groups::join_linked(request.network(), &*request.group()?, request.actor(), &jid)
    };
    answer(run().map(|(joined, node)| match joined {
        Joined::Member(_) => vec![linked(node)],
        Joined::Waiting(_) => vec![joined_node(joined)],
    }))
}

pub(in crate::iq) fn linked_groups_participants(request: &Request<'_>) -> Answer {
    let run = || groups::linked_participants(request.network(), &*request.group()?, request.actor());
    answer(run().map(|people| {
        vec![
            NodeBuilder::new("linked_groups_participants")
                .children(people)
                .build(),
        ]
    }))
}

/// The group that the request names in its `jid`.
fn subject_of(request: &Request<'_>) -> Result<Jid, GroupError> {
    let jid = |node: &NodeRef<'_>| attr_jid(node, "jid");
    request.child().and_then(jid).ok_or(GroupError::Malformed)
}

fn group_outcomes(outcomes: Vec<(Jid, Option<GroupError>)>) -> impl Iterator<Item = Node> {
    outcomes.into_iter().map(|(jid, error)| {
        let builder = NodeBuilder::new("group").attr("jid", jid);
        match error {
            Some(error) => builder.attr("error", error.code()).build(),
            None => builder.build(),
        }
    })
}

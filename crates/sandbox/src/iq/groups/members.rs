use wacore_binary::builder::NodeBuilder;

use super::{answer, group_jid, outcome_nodes, participants};
use crate::{
    groups::{self, Change, GroupError},
    iq::request::{Answer, Request},
    wire::{attr_str, nodes},
};

/// Adds, removes, promotes or demotes; the answer repeats what was asked for.
pub(in crate::iq) fn change(request: &Request<'_>) -> Answer {
    answer(try_change(request))
}

fn try_change(request: &Request<'_>) -> Result<Vec<wacore_binary::Node>, GroupError> {
    let action = request.child().ok_or(GroupError::Malformed)?;
    let what = match &*action.tag {
        "add" => Change::Add,
        "remove" => Change::Remove,
        "promote" => Change::Promote,
        "demote" => Change::Demote,
        _ => return Err(GroupError::Malformed),
    };
    let group = request.group()?;
    let (network, actor, jids) = (request.network(), request.actor(), participants(action));
    let outcomes = groups::change_members(network, &group, actor, what, &jids)?;
    if what == Change::Remove && attr_str(action, "linked_groups").as_deref() == Some("true") {
        groups::remove_from_linked(network, &group, actor, &jids);
    }
    let node = NodeBuilder::new(what.tag()).children(outcome_nodes(&outcomes));
    Ok(vec![node.build()])
}

pub(in crate::iq) fn leave(request: &Request<'_>) -> Answer {
    let groups = request.child().map(nodes).unwrap_or_default();
    let left = groups.iter().map(|node| {
        let id = attr_str(node, "id").ok_or(GroupError::Malformed)?;
        let group = groups::find(request.network(), &group_jid(&id))?;
        groups::leave(request.network(), &group, request.actor())?;
        Ok(NodeBuilder::new("group").attr("id", group.jid()).build())
    });
    answer(
        left.collect::<Result<Vec<_>, _>>()
            .map(|groups| vec![NodeBuilder::new("leave").children(groups).build()]),
    )
}

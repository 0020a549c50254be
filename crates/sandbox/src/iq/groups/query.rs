use wacore::messages::MessageUtils;
use wacore_binary::{Jid, Node, NodeRef, builder::NodeBuilder};

use super::{answer, group_jid};
use crate::{
    groups::{self, Detail, GroupError, group_node},
    iq::request::{Answer, Request},
    state::{Account, Group},
    wire::{attr_jid, attr_str, child, nodes},
};

/// Groups that can be asked for at a time.
const MOST_GROUPS: usize = 10_000;

/// One group, or several if the request lists them.
pub(in crate::iq) fn query(request: &Request<'_>) -> Answer {
    let run = || {
        let node = request.child().ok_or(GroupError::Malformed)?;
        if nodes(node).is_empty() {
            return one(request, node);
        }
        several(request, node).map(|node| vec![node])
    };
    answer(run())
}

fn one(request: &Request<'_>, node: &NodeRef<'_>) -> Result<Vec<Node>, GroupError> {
    let group = request.group()?;
    let (shown, hash) = show(&group, request.actor())?;
    // Whoever knows the members already is spared the rest.
    let known = attr_str(node, "phash").is_some_and(|known| hash.as_deref() == Some(&*known));
    Ok(if known { Vec::new() } else { vec![shown] })
}

/// A group for a member, and the hash of its participants.
fn show(group: &Group, actor: &Account) -> Result<(Node, Option<String>), GroupError> {
    group.with(|state| {
        state.require_member(actor)?;
        let jids: Vec<Jid> = state
            .members
            .values()
            .map(|member| group.address(&member.account))
            .collect();
        let hash = MessageUtils::participant_list_hash(&jids).ok();
        Ok((group_node(group, state, Detail::FULL), hash))
    })
}

fn several(request: &Request<'_>, node: &NodeRef<'_>) -> Result<Node, GroupError> {
    let wanted = nodes(node);
    if wanted.len() > MOST_GROUPS {
        return Err(GroupError::Malformed);
    }
    let groups = wanted
        .iter()
        .filter_map(|wanted| attr_jid(wanted, "jid"))
        .map(|jid| {
            let found = groups::find(request.network(), &jid).and_then(|group| show(&group, request.actor()));
            match found {
                Ok((node, _)) => node,
                Err(error) => NodeBuilder::new("group")
                    .attr("id", jid.user)
                    .attr("error", error.code())
                    .build(),
            }
        });
    Ok(NodeBuilder::new("groups").children(groups).build())
}

/// All groups of the account, with what was asked for.
pub(in crate::iq) fn participating(request: &Request<'_>) -> Answer {
    let asked = |tag| request.child().is_some_and(|node| child(node, tag).is_some());
    let detail = Detail {
        participants: asked("participants"),
        description: asked("description"),
    };
    let groups = request.network().groups.of(request.actor());
    let nodes = groups
        .iter()
        .map(|group| group.with(|state| group_node(group, state, detail)));
    NodeBuilder::new("groups").children(nodes).build().into()
}

/// Pictures of several groups; those without one, and those of other people, are left out.
pub(in crate::iq) fn pictures(request: &Request<'_>) -> Answer {
    let network = request.network();
    let asked = request.child().map(nodes).unwrap_or_default();
    let pictures = asked.iter().filter_map(|asked| {
        let group = groups::find(network, &attr_jid(asked, "jid")?).ok()?;
        group.with(|state| state.require_member(request.actor())).ok()?;
        let picture = network.directory.pictures.get(&group.jid())?;
        let path = format!("/pictures/{}", picture.id);
        let node = NodeBuilder::new("picture")
            .attr("jid", group.jid())
            .attr("id", picture.id)
            .attr("url", format!("http://{}{path}", network.addr))
            .attr("direct_path", path);
        Some(node.build())
    });
    NodeBuilder::new("pictures").children(pictures).build().into()
}

/// A device has shown a group to its user, who knows of it now.
pub(in crate::iq) fn acknowledge(request: &Request<'_>) -> Answer {
    let run = || {
        let group = request.group()?;
        group.with(|state| state.require_member(request.actor()))?;
        Ok(Vec::new())
    };
    answer(run())
}

/// A linked group inside its container.
pub(super) fn linked(node: Node) -> Node {
    let id = node.attrs.get("id").map(|id| group_jid(&id.as_str()));
    let builder = NodeBuilder::new("linked_group");
    let builder = match id {
        Some(id) => builder.attr("jid", id),
        None => builder,
    };
    builder.children([node]).build()
}

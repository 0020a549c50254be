//! Calls, as far as they are talk about calls: who rings whom and what becomes of it. No sound is carried.

use std::sync::Arc;

use wacore_binary::{Node, NodeContent, NodeContentRef, NodeRef, builder::NodeBuilder};

use super::{
    Origin,
    deliver::{deliver, deliver_all, parcel},
};
use crate::{
    network::Network,
    state::{Class, Space},
    wire::{self, Attributes, Stanza, attr_jid, attr_str, nodes},
};

const NO_RECIPIENT: u16 = 404;

/// Passes a step of a call on. The result is its ack.
///
/// An address with a device number means that device; one without means all devices of the account, of which
/// the first to answer takes the call.
pub(crate) fn route(
    network: &Arc<Network>,
    origin: &Origin,
    node: &NodeRef<'_>,
) -> Result<Stanza, wire::Error> {
    let now = network.clock.now();
    let to = attr_jid(node, "to");
    let action = nodes(node).first();
    if let Some(create) = action.filter(|action| &*action.tag == "link_create") {
        return Stanza::encode(&link(node, create, now));
    }
    let id = attr_str(node, "id").unwrap_or_default();
    let recipient = to.as_ref().and_then(|to| network.directory.resolve(to));
    let (Some(to), Some(recipient), Some(action)) = (to, recipient, action) else {
        return Stanza::encode(&ack(node, now, Some(NO_RECIPIENT)));
    };
    let space = Space::of(to.server).unwrap_or(Space::Pn);
    let from = origin.account.jid(space, origin.device);
    let (name, time) = (origin.account.settings.name(), now.to_string());
    let mut attributes = Attributes::with_capacity(4);
    attributes.jid("from", &from);
    attributes.text("id", &*id);
    attributes.text("t", time.as_str());
    if let Some(name) = name.as_deref() {
        attributes.text("notify", name);
    }
    let content = NodeContentRef::Nodes(vec![action.clone()].into_boxed_slice());
    let stanza = Stanza::encode_ref(&NodeRef::new("call".into(), attributes.build(), Some(content)))?;
    let parcel = parcel(Class::Call, &id, &origin.account.pn, stanza);
    if to.device == 0 {
        let same = recipient.pn == origin.account.pn;
        deliver_all(&recipient, same.then_some(origin.device), true, &parcel);
    } else {
        deliver(&recipient, to.device, parcel);
    }
    network.persistence.touch();
    Stanza::encode(&ack(node, now, None))
}

/// A new link to call by. Nothing is kept of it: nobody here joins a call.
fn link(node: &NodeRef<'_>, create: &NodeRef<'_>, now: u64) -> Node {
    let mut token = [0; 16];
    rand::fill(&mut token);
    let media = attr_str(create, "media").unwrap_or_default().into_owned();
    let created = NodeBuilder::new("link_create")
        .attr("token", hex::encode(token))
        .attr("media", media);
    let mut answer = ack(node, now, None);
    answer.content = Some(NodeContent::Nodes(vec![created.build()]));
    answer
}

fn ack(node: &NodeRef<'_>, now: u64, error: Option<u16>) -> Node {
    let mut builder = NodeBuilder::new("ack")
        .attr("class", "call")
        .attr("id", attr_str(node, "id").unwrap_or_default().into_owned())
        .attr("t", now);
    if let Some(to) = node.get_attr("to") {
        builder = builder.attr("from", to.to_node_value());
    }
    if let Some(action) = nodes(node).first() {
        builder = builder.attr("type", action.tag.to_string());
    }
    match error {
        Some(error) => builder.attr("error", error).build(),
        None => builder.build(),
    }
}

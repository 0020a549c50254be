use std::sync::Arc;

use wacore_binary::{Jid, Node, NodeContentRef, NodeRef, Server, builder::NodeBuilder, jid::JidExt as _};

use super::{
    Origin, channel,
    deliver::{deliver, parcel},
    group_message, status, trust,
};
use crate::{
    network::Network,
    state::{Account, Class, Space},
    wire::{self, Attributes, Stanza, attr_jid, attr_str, child, nodes},
};

/// Children that concern the server or single recipients and do not travel along.
const CONSUMED: &[&str] = &["participants", "enc", "device-identity", "tctoken", "cstoken"];
/// Attributes that travel along unchanged.
pub(super) const CARRIED: &[&str] = &["type", "edit", "category"];
/// There is nobody with this address.
pub(super) const NO_RECIPIENT: u16 = 404;
pub(super) const MALFORMED: u16 = 400;

/// Hands a message to every device it was encrypted for. The result is the ack for its sender.
///
/// Waits while a receiving phone is behind with its work, which slows the sender down; phones
/// themselves are not slowed down, so that they can never wait for each other.
pub(crate) async fn route(
    network: &Arc<Network>,
    origin: &Origin,
    node: &NodeRef<'_>,
) -> Result<Stanza, wire::Error> {
    network.stats.message();
    let now = network.clock.now();
    let id = attr_str(node, "id").unwrap_or_default();
    let Some(to) = attr_jid(node, "to").filter(|_| !id.is_empty()) else {
        return Stanza::encode(&ack(node, now, Some(MALFORMED)).build());
    };
    match to.server {
        Server::Newsletter => return Stanza::encode(&publish(network, origin, node, now)),
        Server::Group => return group_message::route(network, origin, node, &to, &id, now).await,
        Server::Broadcast if to.is_status_broadcast() => {
            return status::route(network, origin, node, &id, now);
        }
        _ => {}
    }
    let Some(recipient) = network.directory.resolve(&to) else {
        return Stanza::encode(&ack(node, now, Some(NO_RECIPIENT)).build());
    };
    if let Err(distrust) = trust::admit(origin, &recipient, node, now) {
        return Stanza::encode(&ack(node, now, Some(distrust.code())).build());
    }
    recipient.note_contact(&origin.account.pn);
    origin.account.note_contact(&recipient.pn);

    let name = origin.account.settings.name();
    let letter = Letter {
        origin,
        node,
        id: &id,
        to: &to,
        time: now.to_string(),
        name: name.as_deref(),
    };
    let mut phones = Vec::new();
    for (jid, parts) in letter.copies() {
        let Some(account) = network.directory.resolve(&jid) else {
            continue;
        };
        // The sender is not told: for them the message just never arrives.
        if account.settings.is_blocked(&origin.account.lid) {
            continue;
        }
        let stanza = letter.address(&jid, &account, parts)?;
        deliver(
            &account,
            jid.device,
            parcel(Class::Message, &id, &origin.account.pn, stanza),
        );
        if jid.device == 0 {
            phones.push(account);
        }
    }
    network.persistence.touch();
    if origin.device != 0 {
        for account in phones {
            account.phone.has_room().await;
        }
    }
    Stanza::encode(&ack(node, now, None).build())
}

/// Takes a message to a channel and answers its ack, which names the number the channel gave it.
fn publish(network: &Arc<Network>, origin: &Origin, node: &NodeRef<'_>, now: u64) -> Node {
    match channel::route(network, origin, node) {
        Ok(server_id) => ack(node, now, None).attr("server_id", server_id).build(),
        Err(refused) => ack(node, now, Some(refused.code())).build(),
    }
}

/// A message on its way out.
struct Letter<'m> {
    origin: &'m Origin,
    node: &'m NodeRef<'m>,
    id: &'m str,
    to: &'m Jid,
    time: String,
    name: Option<&'m str>,
}

impl<'m> Letter<'m> {
    /// The device addresses in the message with the ciphertexts for each.
    fn copies(&self) -> impl Iterator<Item = (Jid, Vec<&'m NodeRef<'m>>)> {
        let fan_out = child(self.node, "participants").map(nodes).unwrap_or_default();
        let direct: Vec<_> = nodes(self.node)
            .iter()
            .filter(|part| part.tag == *"enc")
            .collect();
        let direct = (!direct.is_empty()).then(|| (self.to.clone(), direct));
        fan_out
            .iter()
            .filter_map(|to| Some((attr_jid(to, "jid")?, nodes(to).iter().collect())))
            .chain(direct)
    }

    /// The copy for one device, with the sender's address in the space of the device's own.
    fn address(
        &self,
        device: &Jid,
        account: &Arc<Account>,
        parts: Vec<&NodeRef<'_>>,
    ) -> Result<Stanza, wire::Error> {
        let sender = &self.origin.account;
        let space = Space::of(device.server).unwrap_or(Space::Pn);
        let from = sender.jid(space, self.origin.device);
        let alternate = match space {
            Space::Pn => ("sender_lid", sender.jid(Space::Lid, 0)),
            Space::Lid => ("sender_pn", sender.jid(Space::Pn, 0)),
        };
        let mut attributes = Attributes::with_capacity(10);
        attributes.jid("from", &from);
        attributes.text("id", self.id);
        attributes.text("t", self.time.as_str());
        attributes.jid(alternate.0, &alternate.1);
        if let Some(name) = self.name {
            attributes.text("notify", name);
        }
        for key in CARRIED {
            if let Some(value) = self.node.get_attr(key) {
                attributes.push((*key).into(), value.clone());
            }
        }
        let own_copy = account.pn == sender.pn && self.node.get_attr("category").is_none();
        if own_copy {
            attributes.jid("recipient", self.to);
        }
        let opens_session = parts
            .iter()
            .any(|part| attr_str(part, "type").as_deref() == Some("pkmsg"));
        let mut children: Vec<NodeRef<'_>> = parts.into_iter().cloned().collect();
        if opens_session && let Some(identity) = child(self.node, "device-identity") {
            children.push(identity.clone());
        }
        children.extend(travelling(self.node).cloned());
        let content = NodeContentRef::Nodes(children.into_boxed_slice());
        Stanza::encode_ref(&NodeRef::new("message".into(), attributes.build(), Some(content)))
    }
}

/// The children of a message that go along to whoever receives it.
pub(super) fn travelling<'n, 'a>(node: &'n NodeRef<'a>) -> impl Iterator<Item = &'n NodeRef<'a>> {
    nodes(node).iter().filter(|part| !CONSUMED.contains(&&*part.tag))
}

pub(super) fn ack(node: &NodeRef<'_>, now: u64, error: Option<u16>) -> NodeBuilder {
    let mut builder = NodeBuilder::new("ack")
        .attr("class", "message")
        .attr("id", attr_str(node, "id").unwrap_or_default().into_owned())
        .attr("t", now);
    if let Some(to) = node.get_attr("to") {
        builder = builder.attr("from", to.to_node_value());
    }
    if let Some(error) = error {
        builder = builder.attr("error", error);
    }
    builder
}

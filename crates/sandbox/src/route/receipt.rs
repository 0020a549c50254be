use std::sync::Arc;

use wacore_binary::{Jid, NodeRef, NodeStr, Server, builder::NodeBuilder};

use super::{
    Origin, channel,
    deliver::{deliver, deliver_all, origin_key, parcel},
    group_receipt, status,
};
use crate::{
    network::Network,
    state::{Class, Space},
    wire::{self, Attributes, Stanza, attr_jid, attr_str, child, nodes},
};

/// Who hears of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// All devices of the message's author.
    Author,
    /// The very device that sent the message.
    Device,
    /// The receipt's own account.
    Own,
    /// The phone of the receipt's own account.
    Phone,
}

impl Audience {
    fn of(kind: Option<&str>) -> Self {
        match kind {
            Some("retry" | "enc_rekey_retry") => Self::Device,
            Some("read-self" | "played-self" | "sender" | "peer_msg" | "hist_sync") => Self::Own,
            Some("server-error") => Self::Phone,
            _ => Self::Author,
        }
    }
}

/// Takes what a receipt confirms off the mailbox and passes it on. The result is its ack.
pub(crate) async fn route(
    network: &Arc<Network>,
    origin: &Origin,
    node: &NodeRef<'_>,
) -> Result<Stanza, wire::Error> {
    let kind = attr_str(node, "type");
    if let Some(to) = attr_jid(node, "to") {
        let audience = Audience::of(kind.as_deref());
        if audience != Audience::Device {
            confirm(network, origin, node, &to);
        }
        if kind.as_deref() == Some("view") {
            channel::viewed(network, origin, node);
        }
        let author = match to.server {
            Server::Group => group_receipt::forward(network, origin, node, &to, audience)?,
            Server::Broadcast => {
                status::receipt(network, origin, node)?;
                attr_jid(node, "participant").and_then(|author| network.directory.resolve(&author))
            }
            _ => {
                forward(network, origin, node, &to, audience)?;
                network.directory.resolve(&to)
            }
        };
        network.persistence.touch();
        if origin.device != 0
            && let Some(author) = author
        {
            author.phone.has_room().await;
        }
    }
    let mut builder = NodeBuilder::new("ack")
        .attr("class", "receipt")
        .attr("t", network.clock.now());
    for (ours, theirs) in [
        ("id", "id"),
        ("from", "to"),
        ("type", "type"),
        ("participant", "participant"),
    ] {
        if let Some(value) = node.get_attr(theirs) {
            builder = builder.attr(ours, value.to_node_value());
        }
    }
    Stanza::encode(&builder.build())
}

/// An ack from a client takes the stanza it names off the mailbox.
pub(crate) fn ack(network: &Arc<Network>, origin: &Origin, node: &NodeRef<'_>) {
    let class = attr_str(node, "class").and_then(|class| Class::parse(&class));
    let (Some(class), Some(id)) = (class, attr_str(node, "id")) else {
        return;
    };
    let Some(mailbox) = origin.account.mailbox(origin.device) else {
        return;
    };
    let from = attr_jid(node, "to")
        .map(|jid| origin_key(network, &jid))
        .unwrap_or_default();
    if mailbox.confirm(class, &id, &from) {
        network.persistence.touch();
    }
}

/// A receipt says that the messages have arrived, whatever else it says. Only a request to send
/// again leaves that to the ack, which comes besides: it would count for the next copy.
fn confirm(network: &Network, origin: &Origin, node: &NodeRef<'_>, to: &Jid) {
    let Some(mailbox) = origin.account.mailbox(origin.device) else {
        return;
    };
    let from = origin_key(network, to);
    let more = child(node, "list").map(nodes).unwrap_or_default();
    let ids = attr_str(node, "id")
        .into_iter()
        .chain(more.iter().filter_map(|item| attr_str(item, "id")));
    for id in ids {
        if mailbox.confirm(Class::Message, &id, &from) {
            continue;
        }
        // A copy of an own message comes from the own account, though its receipt may name the chat.
        mailbox.confirm(Class::Message, &id, &origin.account.pn);
    }
}

fn forward(
    network: &Arc<Network>,
    origin: &Origin,
    node: &NodeRef<'_>,
    to: &Jid,
    audience: Audience,
) -> Result<(), wire::Error> {
    let Some(space) = Space::of(to.server) else {
        return Ok(());
    };
    let Some(author) = network.directory.resolve(to) else {
        return Ok(());
    };
    // A device number in delivery receipts would end up in the chat address of some clients.
    let device = match audience {
        Audience::Device | Audience::Phone => origin.device,
        Audience::Author | Audience::Own => 0,
    };
    let from = origin.account.jid(space, device);
    let recipient = (audience == Audience::Own && author.pn != origin.account.pn).then(|| to.to_non_ad());
    let time = network.clock.now().to_string();

    let mut attributes = Attributes::with_capacity(node.attrs.len() + 2);
    attributes.jid("from", &from);
    attributes.text("t", time.as_str());
    for (key, value) in node.attrs.iter() {
        if !matches!(&**key, "to" | "from" | "t") {
            attributes.push(NodeStr::Borrowed(key), value.clone());
        }
    }
    if let Some(recipient) = recipient
        .as_ref()
        .filter(|_| node.get_attr("recipient").is_none())
    {
        attributes.jid("recipient", recipient);
    }
    let id = attr_str(node, "id").unwrap_or_default();
    let stanza = Stanza::encode_ref(&NodeRef::new(
        "receipt".into(),
        attributes.build(),
        node.content.clone(),
    ))?;
    let parcel = parcel(Class::Receipt, &id, &origin.account.pn, stanza);
    match audience {
        Audience::Device => {
            deliver(&author, to.device, parcel);
        }
        Audience::Author => {
            let same = author.pn == origin.account.pn;
            deliver_all(&author, same.then_some(origin.device), true, &parcel);
        }
        Audience::Phone => {
            deliver(&origin.account, 0, parcel);
        }
        Audience::Own => deliver_all(&origin.account, Some(origin.device), false, &parcel),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_go_to_one_device_and_own_receipts_stay_home() {
        assert_eq!(Audience::of(None), Audience::Author);
        assert_eq!(Audience::of(Some("read")), Audience::Author);
        assert_eq!(Audience::of(Some("retry")), Audience::Device);
        assert_eq!(Audience::of(Some("sender")), Audience::Own);
    }
}

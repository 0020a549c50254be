use std::sync::Arc;

use wacore_binary::{Jid, NodeRef, NodeStr};

use super::{
    Origin,
    deliver::{deliver, deliver_all, parcel},
    receipt::Audience,
};
use crate::{
    network::Network,
    state::{Account, Class},
    wire::{self, Attributes, Stanza, attr_jid, attr_str},
};

/// Passes a receipt for a group message on, and answers the message's author.
///
/// `participant` is the author on the way to the server and the reader on the way from it.
pub(super) fn forward(
    network: &Arc<Network>,
    origin: &Origin,
    node: &NodeRef<'_>,
    to: &Jid,
    audience: Audience,
) -> Result<Option<Arc<Account>>, wire::Error> {
    let group = network.groups.find(&to.user);
    let author = attr_jid(node, "participant");
    let (Some(group), Some(author_jid)) = (group, author) else {
        return Ok(None);
    };
    let Some(author) = network.directory.resolve(&author_jid) else {
        return Ok(None);
    };
    // Only a retry says which device it comes from: the answer goes there.
    let device = if audience == Audience::Device {
        origin.device
    } else {
        0
    };
    let from = group.jid();
    let reader = origin.account.jid(group.space, device);
    let other = group.alternate(&origin.account);
    let time = network.clock.now().to_string();
    let mut attributes = Attributes::with_capacity(node.attrs.len() + 3);
    attributes.jid("from", &from);
    attributes.jid("participant", &reader);
    attributes.jid(other.author, &other.jid);
    attributes.text("t", time.as_str());
    for (key, value) in node.attrs.iter() {
        if !matches!(&**key, "to" | "from" | "t" | "participant") {
            attributes.push(NodeStr::Borrowed(key), value.clone());
        }
    }
    let stanza = Stanza::encode_ref(&NodeRef::new(
        "receipt".into(),
        attributes.build(),
        node.content.clone(),
    ))?;
    let id = attr_str(node, "id").unwrap_or_default();
    let parcel = parcel(Class::Receipt, &id, &group.id, stanza);
    let own = author.pn == origin.account.pn;
    match audience {
        Audience::Device => {
            deliver(&author, author_jid.device, parcel);
        }
        Audience::Phone => {
            deliver(&origin.account, 0, parcel);
        }
        Audience::Own => deliver_all(&origin.account, Some(origin.device), false, &parcel),
        // That an own device has the message says nothing about the others.
        Audience::Author if own => {}
        Audience::Author => deliver_all(&author, None, true, &parcel),
    }
    Ok(Some(author))
}

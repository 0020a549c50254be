//! Changes to what an account shows of itself, by whichever of its devices, and who is told.

use std::sync::Arc;

use bytes::Bytes;
use wacore_binary::{Jid, Server, builder::NodeBuilder};

use super::{Hearers, Origin, tell};
use crate::{
    network::Network,
    state::{Account, Space},
};

pub(crate) fn set_about(network: &Arc<Network>, by: &Origin, about: &str) {
    by.account.settings.set_about(about);
    let change = NodeBuilder::new("set").bytes(about.as_bytes()).build();
    tell(network, by, Hearers::Everyone, "status", change);
}

/// Sets the picture of the account itself, or takes it away. Answers its id.
pub(crate) fn set_picture(network: &Arc<Network>, by: &Origin, image: Option<Bytes>) -> Option<String> {
    let owner = by.account.jid(Space::Pn, 0);
    let pictures = &network.directory.pictures;
    let (change, id) = if let Some(image) = image {
        let id = network.next_id().to_string();
        pictures.set(&owner, id.clone(), image);
        let change = NodeBuilder::new("set").attr("id", id.clone());
        (change, Some(id))
    } else {
        pictures.remove(&owner);
        (NodeBuilder::new("delete"), None)
    };
    let change = change.attr("jid", &owner).attr("author", &owner).build();
    tell(network, by, Hearers::Everyone, "picture", change);
    id
}

/// Under whose name the picture of a person or group is kept; `None` for an address nobody has.
pub(crate) fn picture_owner(network: &Network, jid: &Jid) -> Option<Jid> {
    match jid.server {
        Server::Group => Some(jid.to_non_ad()),
        _ => Some(network.directory.resolve(jid)?.jid(Space::Pn, 0)),
    }
}

pub(crate) fn set_blocked(network: &Arc<Network>, by: &Origin, other: &Account, blocked: bool) {
    if !by.account.settings.block(&other.lid, blocked) {
        return;
    }
    let item = NodeBuilder::new("item")
        .attr("jid", other.jid(Space::Lid, 0))
        .attr("pn_jid", other.jid(Space::Pn, 0))
        .attr("action", if blocked { "block" } else { "unblock" })
        .build();
    let list = NodeBuilder::new("blocklist")
        .attr("action", "modify")
        .children([item])
        .build();
    tell(network, by, Hearers::Own, "account_sync", list);
}

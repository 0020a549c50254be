//! News about an account: what it shows of itself, and what its devices share.

use std::sync::Arc;

use wacore_binary::{Node, builder::NodeBuilder};

use super::{
    Origin,
    deliver::{deliver_all, parcel},
};
use crate::{
    network::Network,
    state::{Account, Class, Space},
    wire::Stanza,
};

/// Who hears the news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hearers {
    /// The account's own devices.
    Own,
    /// Whoever knows the account, and its own devices.
    Everyone,
}

/// Tells of a change that `by` has made.
pub(crate) fn tell(network: &Arc<Network>, by: &Origin, hearers: Hearers, kind: &'static str, change: Node) {
    let account = &by.account;
    let id = network.next_id().to_string();
    let node = notification(network, account, kind, &id)
        .children([change])
        .build();
    let Ok(stanza) = Stanza::encode(&node) else { return };
    let parcel = parcel(Class::Notification, &id, &account.pn, stanza);
    deliver_all(account, Some(by.device), false, &parcel);
    if hearers == Hearers::Everyone {
        for contact in account.contacts() {
            if let Some(contact) = network.directory.by_pn(&contact)
                && !account.settings.is_blocked(&contact.lid)
            {
                deliver_all(&contact, None, false, &parcel);
            }
        }
    }
    network.persistence.touch();
}

/// Tells the other devices which collections of app state have new versions.
pub(crate) fn app_state_changed(network: &Arc<Network>, by: &Origin, changed: &[(String, u64)]) {
    for (name, version) in changed {
        let collection = NodeBuilder::new("collection")
            .attr("name", name.clone())
            .attr("version", *version)
            .build();
        tell(network, by, Hearers::Own, "server_sync", collection);
    }
}

pub(super) fn notification(
    network: &Network,
    account: &Account,
    kind: &'static str,
    id: &str,
) -> NodeBuilder {
    NodeBuilder::new("notification")
        .attr("type", kind)
        .attr("from", account.jid(Space::Pn, 0))
        .attr("id", id.to_owned())
        .attr("t", network.clock.now())
}

use std::sync::Arc;

use wacore_binary::{Node, builder::NodeBuilder};

use super::deliver::{deliver_all, parcel};
use crate::{
    network::Network,
    state::{Account, Class, Group},
    wire::Stanza,
};

/// The notification type of everything but pictures.
pub(crate) const GROUP_NEWS: &str = "w:gp2";

/// Tells all devices of some accounts what happened in a group, also the device that did it.
pub(crate) fn group_notification(
    network: &Arc<Network>,
    kind: &'static str,
    group: &Group,
    actor: &Account,
    action: Node,
    audience: &[Arc<Account>],
) {
    let id = network.next_id().to_string();
    let other = group.alternate(actor);
    let mut builder = NodeBuilder::new("notification")
        .attr("type", kind)
        .attr("from", group.jid())
        .attr("participant", group.address(actor))
        .attr(other.author, other.jid)
        .attr("addressing_mode", group.mode())
        .attr("id", id.clone())
        .attr("t", network.clock.now());
    if let Some(name) = actor.settings.name() {
        builder = builder.attr("notify", name);
    }
    let Ok(stanza) = Stanza::encode(&builder.children([action]).build()) else {
        return;
    };
    let parcel = parcel(Class::Notification, &id, &group.id, stanza);
    for account in audience {
        deliver_all(account, None, true, &parcel);
    }
}

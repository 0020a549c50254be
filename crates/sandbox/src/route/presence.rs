use std::sync::Arc;

use wacore_binary::{Node, NodeRef, NodeStr, Server, builder::NodeBuilder};

use super::Origin;
use crate::{
    conn::{Link, Peer},
    network::Network,
    state::{Account, Space},
    wire::{Attributes, Stanza, attr_jid, attr_str},
};

/// Longest push name that is kept.
const LONGEST_NAME: usize = 100;

/// A device says whether it is there, or wants to know that of somebody.
pub(crate) fn presence(peer: &Peer, node: &NodeRef<'_>) {
    let (network, origin) = (&peer.network, &peer.origin);
    match attr_str(node, "type").as_deref() {
        Some("subscribe") => subscribe(peer, node, true),
        Some("unsubscribe") => subscribe(peer, node, false),
        kind => {
            if let Some(name) = attr_str(node, "name").filter(|name| !name.is_empty()) {
                let name: String = name.chars().take(LONGEST_NAME).collect();
                if origin.account.settings.name().as_deref() != Some(&name) {
                    origin.account.settings.set_name(&name);
                    network.persistence.touch();
                }
            }
            let available = kind != Some("unavailable");
            set_available(network, &origin.account, origin.device, available);
        }
    }
}

/// Notes one device's availability and tells subscribers when the account's changes.
pub(crate) fn set_available(network: &Network, account: &Account, device: u16, available: bool) {
    if !account.presence.set(device, available, network.clock.now()) {
        return;
    }
    for ((pn, device), space) in account.presence.subscribers() {
        let Some(subscriber) = network.directory.by_pn(&pn) else {
            continue;
        };
        if account.settings.is_blocked(&subscriber.lid) {
            continue;
        }
        let state = state_of(account, space);
        if device == 0 {
            if let Ok(stanza) = Stanza::encode(&state) {
                subscriber.phone.receive(stanza);
            }
        } else if let Some(link) = subscriber.links().remove(&device) {
            offer(&link, &state);
        }
    }
}

fn subscribe(peer: &Peer, node: &NodeRef<'_>, wanted: bool) {
    let Some(to) = attr_jid(node, "to") else { return };
    let (Some(account), Some(space)) = (peer.network.directory.resolve(&to), Space::of(to.server)) else {
        return;
    };
    let subscriber = (peer.origin.account.pn.clone(), peer.origin.device);
    if wanted {
        account.presence.subscribe(subscriber, space);
        if !account.settings.is_blocked(&peer.origin.account.lid) {
            offer(&peer.link, &state_of(&account, space));
        }
    } else {
        account.presence.unsubscribe(&subscriber);
    }
}

fn state_of(account: &Account, space: Space) -> Node {
    let (available, last_seen) = account.presence.get();
    let builder = NodeBuilder::new("presence").attr("from", account.jid(space, 0));
    match (available, last_seen) {
        (true, _) => builder.attr("type", "available").build(),
        (false, _) if account.settings.hides_last_seen() => {
            builder.attr("type", "unavailable").attr("last", "deny").build()
        }
        (false, 0) => builder.attr("type", "unavailable").attr("last", "none").build(),
        (false, last) => builder.attr("type", "unavailable").attr("last", last).build(),
    }
}

/// Passes "is typing" on to whoever is connected.
pub(crate) fn chatstate(network: &Arc<Network>, origin: &Origin, node: &NodeRef<'_>) {
    let Some(to) = attr_jid(node, "to") else { return };
    let (from, participant, audience) = match (Space::of(to.server), network.groups.find(&to.user)) {
        (Some(space), _) => {
            let Some(account) = network.directory.resolve(&to) else {
                return;
            };
            (origin.account.jid(space, 0), None, vec![account])
        }
        (None, Some(group)) if to.server == Server::Group => {
            let members = group.with(|state| state.require_member(&origin.account).map(|_| state.everyone()));
            let Ok(members) = members else { return };
            (group.jid(), Some(group.address(&origin.account)), members)
        }
        _ => return,
    };
    let mut attributes = Attributes::with_capacity(2);
    attributes.jid("from", &from);
    if let Some(participant) = &participant {
        attributes.jid("participant", participant);
    }
    let forwarded = NodeRef::new(
        NodeStr::Borrowed("chatstate"),
        attributes.build(),
        node.content.clone(),
    );
    let Ok(stanza) = Stanza::encode_ref(&forwarded) else {
        return;
    };
    for account in audience {
        if account.settings.is_blocked(&origin.account.lid) {
            continue;
        }
        let own = account.pn == origin.account.pn;
        for (device, link) in account.links() {
            if !own || device != origin.device {
                link.offer(stanza.clone());
            }
        }
        if !own {
            account.phone.receive(stanza.clone());
        }
    }
}

/// A phone wants to know of somebody, from now on.
pub(crate) fn watch(account: &Arc<Account>, other: &Arc<Account>) {
    other.presence.subscribe((account.pn.clone(), 0), Space::Pn);
    if let Ok(stanza) = Stanza::encode(&state_of(other, Space::Pn)) {
        account.phone.receive(stanza);
    }
}

fn offer(link: &Link, node: &Node) {
    if let Ok(stanza) = Stanza::encode(node) {
        link.offer(stanza);
    }
}

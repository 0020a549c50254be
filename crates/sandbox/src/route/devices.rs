//! News about devices: added, removed, in need of keys.

use std::sync::Arc;

use wacore_binary::{Node, builder::NodeBuilder};

use super::{
    Origin,
    deliver::{deliver, deliver_all, parcel},
    notify::notification,
};
use crate::{
    clock,
    faults::{self, StreamError},
    iq::SERVER,
    network::Network,
    pairing,
    state::{Account, Class, Space},
    wire::Stanza,
};

/// Follows an upload of keys: others may now encrypt to the device, and it gets the app-state key.
pub(crate) fn keys_uploaded(network: &Arc<Network>, origin: &Origin) {
    announce_device(network, &origin.account, origin.device);
    let first = origin.account.with_device(origin.device, |device| {
        !std::mem::replace(&mut device.provisioned, true)
    });
    if first == Some(true) {
        origin.account.phone.provision(origin.device);
    }
}

/// Tells contacts and own devices about a device, once it can be reached.
pub(crate) fn announce_device(network: &Arc<Network>, account: &Arc<Account>, device: u16) {
    let due = account.with_device(device, |device| {
        device.is_reachable() && !std::mem::replace(&mut device.announced, true)
    });
    if due != Some(true) {
        return;
    }
    tell_contacts(network, account, device, "add");
    tell_own_devices(network, account, Some(device));
    network.persistence.touch();
}

/// Takes a device off its account. Its connection ends and its next login is refused.
pub(crate) fn unlink(network: &Arc<Network>, account: &Arc<Account>, device: u16) {
    let Some(removed) = account.remove_device(device) else {
        return;
    };
    if let Some(link) = removed.link {
        link.end(faults::stream_error(StreamError::Conflict("device_removed")));
    }
    if removed.announced {
        tell_contacts(network, account, device, "remove");
        tell_own_devices(network, account, None);
    }
    network.persistence.touch();
}

/// Asks a device for more one-time keys.
pub(crate) fn ask_for_keys(network: &Arc<Network>, account: &Arc<Account>, device: u16) {
    let left = account
        .with_device(device, |device| device.bundle.one_time.len())
        .unwrap_or_default();
    let id = network.next_id().to_string();
    let node = NodeBuilder::new("notification")
        .attr("type", "encrypt")
        .attr("from", SERVER)
        .attr("id", id.clone())
        .attr("t", network.clock.now())
        .children([NodeBuilder::new("count").attr("value", left).build()])
        .build();
    if let Ok(stanza) = Stanza::encode(&node) {
        deliver(
            account,
            device,
            parcel(Class::Notification, &id, &"".into(), stanza),
        );
    }
}

fn tell_contacts(network: &Arc<Network>, account: &Arc<Account>, device: u16, change: &'static str) {
    let list = NodeBuilder::new("key-index-list").attr("ts", clock::machine());
    let list = if change == "add" {
        list.bytes(pairing::key_index_list(account))
    } else {
        list
    };
    let mut entry = NodeBuilder::new("device")
        .attr("jid", account.jid(Space::Pn, device))
        .attr("lid", account.jid(Space::Lid, device));
    if let Some(key_index) = account.with_device(device, |device| device.key_index) {
        entry = entry.attr("key-index", key_index);
    }
    let change = NodeBuilder::new(change)
        .children([entry.build(), list.build()])
        .build();
    let id = network.next_id().to_string();
    let node = notification(network, account, "devices", &id)
        .attr("lid", account.jid(Space::Lid, 0))
        .children([change])
        .build();
    inform_contacts(network, account, &id, &node, false);
}

/// Tells whoever knows an account that its phone has a new identity key, phones included.
pub(crate) fn identity_changed(network: &Arc<Network>, account: &Arc<Account>) {
    let id = network.next_id().to_string();
    let node = notification(network, account, "encrypt", &id)
        .attr("lid", account.jid(Space::Lid, 0))
        .children([NodeBuilder::new("identity").build()])
        .build();
    inform_contacts(network, account, &id, &node, true);
}

fn inform_contacts(network: &Network, account: &Account, id: &str, node: &Node, phones: bool) {
    let Ok(stanza) = Stanza::encode(node) else { return };
    let parcel = parcel(Class::Notification, id, &account.pn, stanza);
    for contact in account.contacts() {
        if let Some(contact) = network.directory.by_pn(&contact) {
            deliver_all(&contact, None, phones, &parcel);
        }
    }
}

fn tell_own_devices(network: &Arc<Network>, account: &Arc<Account>, except: Option<u16>) {
    let (companions, current_index) = account.device_list();
    let device = |id, key_index: Option<u32>| -> Node {
        let builder = NodeBuilder::new("device").attr("jid", account.jid(Space::Pn, id));
        match key_index {
            Some(key_index) => builder.attr("key-index", key_index).build(),
            None => builder.build(),
        }
    };
    let mut list = vec![device(0, None)];
    list.extend(
        companions
            .iter()
            .map(|(id, key_index)| device(*id, Some(*key_index))),
    );
    list.push(
        NodeBuilder::new("key-index-list")
            .attr("ts", clock::machine())
            .bytes(pairing::key_index_list(account))
            .build(),
    );
    let dhash = format!("2:{current_index}.{}", companions.len());
    let devices = NodeBuilder::new("devices")
        .attr("dhash", dhash)
        .children(list)
        .build();
    let id = network.next_id().to_string();
    let node = notification(network, account, "account_sync", &id)
        .children([devices])
        .build();
    if let Ok(stanza) = Stanza::encode(&node) {
        deliver_all(
            account,
            except,
            false,
            &parcel(Class::Notification, &id, &account.pn, stanza),
        );
    }
}

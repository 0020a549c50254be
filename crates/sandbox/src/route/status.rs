//! Status updates: one ciphertext for everybody who may see them, addressed to `status@broadcast`.

use std::{collections::BTreeMap, sync::Arc};

use wacore_binary::{CompactString, Jid, NodeContentRef, NodeRef, NodeStr};

use super::{
    Origin,
    deliver::{deliver, deliver_all, parcel},
    message::{CARRIED, ack, travelling},
};
use crate::{
    network::Network,
    state::{Account, Class, Space},
    wire::{self, Attributes, Stanza, attr_jid, attr_str, child, nodes},
};

/// Whom everything about status updates comes from and goes to.
const STATUS: &str = "status";

/// Somebody who may see an update.
struct Viewer<'m> {
    account: Arc<Account>,
    /// The space the author named them in, and is named in to them.
    space: Space,
    /// What is for single devices: the key, mostly.
    single: BTreeMap<u16, &'m [NodeRef<'m>]>,
}

/// Hands an update to every device of everybody it names, and to nobody who has blocked its author or is blocked.
/// The result is the ack for its author.
pub(super) fn route(
    network: &Arc<Network>,
    origin: &Origin,
    node: &NodeRef<'_>,
    id: &str,
    now: u64,
) -> Result<Stanza, wire::Error> {
    let author = &origin.account;
    let common: Vec<&NodeRef<'_>> = nodes(node).iter().filter(|part| part.tag == *"enc").collect();
    // Said again to one device that could not open it.
    let only = attr_jid(node, "participant");
    let fan_out = child(node, "participants").map(nodes).unwrap_or_default();
    let entries = fan_out
        .iter()
        .filter_map(|to| Some((attr_jid(to, "jid")?, nodes(to))));
    let repeated = only.iter().map(|device| (device.clone(), &[][..]));
    let audience = named(network, entries.chain(repeated));
    for viewer in audience.values() {
        let account = &viewer.account;
        if account.settings.is_blocked(&author.lid) || author.settings.is_blocked(&account.lid) {
            continue;
        }
        for device in account.companions().into_iter().chain([0]) {
            let own = account.pn == author.pn && device == origin.device;
            let meant = only.as_ref().is_none_or(|only| only.device == device);
            let single = viewer.single.get(&device).copied().unwrap_or_default();
            if own || !meant || (single.is_empty() && common.is_empty()) {
                continue;
            }
            let stanza = address(origin, node, viewer.space, id, now, single, &common)?;
            deliver(
                account,
                device,
                parcel(Class::Message, id, &STATUS.into(), stanza),
            );
        }
    }
    network.persistence.touch();
    Stanza::encode(&ack(node, now, None).build())
}

fn named<'m>(
    network: &Network,
    entries: impl Iterator<Item = (Jid, &'m [NodeRef<'m>])>,
) -> BTreeMap<CompactString, Viewer<'m>> {
    let mut audience = BTreeMap::new();
    for (jid, parts) in entries {
        let (Some(account), Some(space)) = (network.directory.resolve(&jid), Space::of(jid.server)) else {
            continue;
        };
        let viewer = audience.entry(account.pn.clone()).or_insert_with(|| Viewer {
            account,
            space,
            single: BTreeMap::new(),
        });
        if !parts.is_empty() {
            viewer.single.insert(jid.device, parts);
        }
    }
    audience
}

/// The copy for one device; the key comes before what it opens.
fn address(
    origin: &Origin,
    node: &NodeRef<'_>,
    space: Space,
    id: &str,
    now: u64,
    single: &[NodeRef<'_>],
    common: &[&NodeRef<'_>],
) -> Result<Stanza, wire::Error> {
    let author = &origin.account;
    let (from, participant) = (Jid::status_broadcast(), author.jid(space, origin.device));
    let alternate = match space {
        Space::Pn => ("participant_lid", author.jid(Space::Lid, 0)),
        Space::Lid => ("participant_pn", author.jid(Space::Pn, 0)),
    };
    let (time, name) = (now.to_string(), author.settings.name());
    let mut attributes = Attributes::with_capacity(9);
    attributes.jid("from", &from);
    attributes.text("id", id);
    attributes.text("t", time.as_str());
    attributes.jid("participant", &participant);
    attributes.jid(alternate.0, &alternate.1);
    if let Some(name) = name.as_deref() {
        attributes.text("notify", name);
    }
    for key in CARRIED {
        if let Some(value) = node.get_attr(key) {
            attributes.push((*key).into(), value.clone());
        }
    }
    let mut children: Vec<NodeRef<'_>> = single.to_vec();
    children.extend(common.iter().map(|part| (*part).clone()));
    let opens_session = children
        .iter()
        .any(|part| attr_str(part, "type").as_deref() == Some("pkmsg"));
    if opens_session && let Some(identity) = child(node, "device-identity") {
        children.push(identity.clone());
    }
    children.extend(travelling(node).cloned());
    let content = NodeContentRef::Nodes(children.into_boxed_slice());
    Stanza::encode_ref(&NodeRef::new("message".into(), attributes.build(), Some(content)))
}

/// Passes on what somebody says of an update: to its author, or, if it could not be opened, to the very device.
pub(super) fn receipt(
    network: &Arc<Network>,
    origin: &Origin,
    node: &NodeRef<'_>,
) -> Result<(), wire::Error> {
    let Some(participant) = attr_jid(node, "participant") else {
        return Ok(());
    };
    let (Some(author), Some(space)) = (
        network.directory.resolve(&participant),
        Space::of(participant.server),
    ) else {
        return Ok(());
    };
    let again = attr_str(node, "type").as_deref() == Some("retry");
    let (from, reader) = (
        Jid::status_broadcast(),
        origin.account.jid(space, if again { origin.device } else { 0 }),
    );
    let time = network.clock.now().to_string();
    let mut attributes = Attributes::with_capacity(node.attrs.len() + 2);
    attributes.jid("from", &from);
    attributes.jid("participant", &reader);
    attributes.text("t", time.as_str());
    for (key, value) in node.attrs.iter() {
        if !matches!(&**key, "to" | "from" | "participant" | "t") {
            attributes.push(NodeStr::Borrowed(key), value.clone());
        }
    }
    let id = attr_str(node, "id").unwrap_or_default();
    let stanza = Stanza::encode_ref(&NodeRef::new(
        "receipt".into(),
        attributes.build(),
        node.content.clone(),
    ))?;
    let parcel = parcel(Class::Receipt, &id, &STATUS.into(), stanza);
    if again {
        deliver(&author, participant.device, parcel);
    } else {
        let own = author.pn == origin.account.pn;
        deliver_all(&author, own.then_some(origin.device), true, &parcel);
    }
    Ok(())
}

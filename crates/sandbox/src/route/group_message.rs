//! Messages to groups: one ciphertext for all, and the keys for it to those who lack them.

use std::{collections::HashMap, sync::Arc};

use wacore::messages::MessageUtils;
use wacore_binary::{Jid, NodeContentRef, NodeRef};

use super::{
    Origin,
    deliver::{deliver, parcel},
    message::{CARRIED, MALFORMED, NO_RECIPIENT, ack, travelling},
};
use crate::{
    network::Network,
    state::{Account, Class, Group},
    wire::{self, Attributes, Stanza, attr_jid, attr_str, child, nodes},
};

/// Not a member, or not allowed to write.
const FORBIDDEN: u16 = 403;
/// The sender has missed a change of the group's addressing mode.
const STALE_ADDRESSING: u16 = 421;

/// Hands a group message to every device of every member. The result is the ack for its sender.
pub(super) async fn route(
    network: &Arc<Network>,
    origin: &Origin,
    node: &NodeRef<'_>,
    to: &Jid,
    id: &str,
    now: u64,
) -> Result<Stanza, wire::Error> {
    let refuse = |code| Stanza::encode(&ack(node, now, Some(code)).build());
    let Some(group) = network.groups.find(&to.user) else {
        return refuse(NO_RECIPIENT);
    };
    let members = group.with(|state| {
        state.require_if(&origin.account, state.settings.announcement)?;
        Ok::<_, crate::groups::GroupError>(state.everyone())
    });
    let Ok(members) = members else {
        return refuse(FORBIDDEN);
    };
    if attr_str(node, "addressing_mode").is_some_and(|mode| mode != group.mode()) {
        return refuse(STALE_ADDRESSING);
    }
    let Some(letter) = GroupLetter::read(network, origin, &group, node, id, now) else {
        return refuse(MALFORMED);
    };

    let mut phones = Vec::new();
    let mut shared = None;
    let mut addresses = Vec::new();
    for account in &members {
        for device in account.companions().into_iter().chain([0]) {
            addresses.push(account.jid(group.space, device));
            let own = account.pn == origin.account.pn && device == origin.device;
            if own
                || letter
                    .only
                    .as_ref()
                    .is_some_and(|only| *only != (account.pn.clone(), device))
            {
                continue;
            }
            let stanza = match letter.keys_for(account, device) {
                Some(parts) => letter.address(parts)?,
                None if letter.common.is_empty() => continue,
                // The same bytes for all who have the key already.
                None => match &shared {
                    Some(stanza) => Stanza::clone(stanza),
                    None => shared.insert(letter.address(&[])?).clone(),
                },
            };
            deliver(account, device, parcel(Class::Message, id, &group.id, stanza));
            if device == 0 {
                phones.push(Arc::clone(account));
            }
        }
    }
    network.persistence.touch();
    if origin.device != 0 {
        for account in phones {
            account.phone.has_room().await;
        }
    }
    let mut builder = ack(node, now, None);
    // A hash that differs from the sender's own tells it that its list of devices is out of date.
    if node.get_attr("phash").is_some()
        && let Ok(hash) = MessageUtils::participant_list_hash(&addresses)
    {
        builder = builder.attr("phash", hash);
    }
    Stanza::encode(&builder.build())
}

/// A message on its way into a group.
struct GroupLetter<'m> {
    group: &'m Group,
    node: &'m NodeRef<'m>,
    id: &'m str,
    time: String,
    name: Option<String>,
    author: Jid,
    alternate: (&'static str, Jid),
    /// Ciphertexts for everybody.
    common: Vec<&'m NodeRef<'m>>,
    /// Ciphertexts for single devices: keys, mostly.
    single: HashMap<(wacore_binary::CompactString, u16), &'m [NodeRef<'m>]>,
    /// Set for a repetition, which goes to one device only.
    only: Option<(wacore_binary::CompactString, u16)>,
}

impl<'m> GroupLetter<'m> {
    fn read(
        network: &Network,
        origin: &Origin,
        group: &'m Group,
        node: &'m NodeRef<'m>,
        id: &'m str,
        now: u64,
    ) -> Option<Self> {
        let device = |jid: &Jid| {
            let account = network.directory.resolve(jid)?;
            Some((account.pn.clone(), jid.device))
        };
        let fan_out = child(node, "participants").map(nodes).unwrap_or_default();
        let single = fan_out
            .iter()
            .filter_map(|to| Some((device(&attr_jid(to, "jid")?)?, nodes(to))));
        let common: Vec<_> = nodes(node).iter().filter(|part| part.tag == *"enc").collect();
        let only = match attr_jid(node, "participant") {
            Some(participant) => Some(device(&participant)?),
            None => None,
        };
        let for_all = common
            .iter()
            .all(|enc| attr_str(enc, "type").as_deref() == Some("skmsg"));
        if only.is_none() && !for_all {
            return None;
        }
        let alternate = group.alternate(&origin.account);
        Some(Self {
            group,
            node,
            id,
            time: now.to_string(),
            name: origin.account.settings.name(),
            author: origin.account.jid(group.space, origin.device),
            alternate: (alternate.author, alternate.jid),
            common,
            single: single.collect(),
            only,
        })
    }

    fn keys_for(&self, account: &Account, device: u16) -> Option<&'m [NodeRef<'m>]> {
        self.single.get(&(account.pn.clone(), device)).copied()
    }

    /// The stanza for a device; the keys come before what they open.
    fn address(&self, keys: &[NodeRef<'m>]) -> Result<Stanza, wire::Error> {
        let group = self.group.jid();
        let mut attributes = Attributes::with_capacity(10);
        attributes.jid("from", &group);
        attributes.text("id", self.id);
        attributes.text("t", self.time.as_str());
        attributes.jid("participant", &self.author);
        attributes.jid(self.alternate.0, &self.alternate.1);
        attributes.text("addressing_mode", self.group.mode());
        if let Some(name) = &self.name {
            attributes.text("notify", name.as_str());
        }
        for key in CARRIED {
            if let Some(value) = self.node.get_attr(key) {
                attributes.push((*key).into(), value.clone());
            }
        }
        let mut children: Vec<NodeRef<'_>> = keys.to_vec();
        children.extend(self.common.iter().map(|part| (*part).clone()));
        let opens_session = children
            .iter()
            .any(|part| attr_str(part, "type").as_deref() == Some("pkmsg"));
        if opens_session && let Some(identity) = child(self.node, "device-identity") {
            children.push(identity.clone());
        }
        children.extend(travelling(self.node).cloned());
        let content = NodeContentRef::Nodes(children.into_boxed_slice());
        Stanza::encode_ref(&NodeRef::new("message".into(), attributes.build(), Some(content)))
    }
}

//! A phone in groups.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use buffa::MessageField;
use wacore::messages::{MessageUtils, decode_plaintext, is_sender_key_distribution_only};
use wacore_binary::{Jid, Node, NodeRef, builder::NodeBuilder};
use wacore_libsignal::protocol::SenderKeyName;
use waproto::whatsapp::{Message, message::SenderKeyDistributionMessage};

use super::{
    send::{SendError, encrypt, encrypt_enc, origin, session_address},
    sender_keys::SenderKeys,
    worker::PADDING,
};
use crate::{
    groups,
    network::Network,
    route,
    state::{Account, Group},
    wire::content as bytes_of,
};

/// A device of an account.
pub(super) type DeviceKey = (String, u16);

/// A phone's sender keys and who has been given the own ones.
#[derive(Default)]
pub(super) struct GroupKeys {
    pub(super) keys: SenderKeys,
    /// By group.
    pub(super) holders: BTreeMap<String, BTreeSet<DeviceKey>>,
}

/// Sends to all devices of all members; those that lack the key get it along.
pub(super) async fn send(
    network: &Arc<Network>,
    account: &Arc<Account>,
    group: &Group,
    message: &Message,
    id: &str,
) -> Result<(), SendError> {
    let members = group.with(|state| {
        state.require_if(account, state.settings.announcement)?;
        Ok::<_, groups::GroupError>(state.everyone())
    })?;
    let devices: Vec<(Arc<Account>, u16)> = members
        .iter()
        .flat_map(|member| {
            let devices = member.companions().into_iter().chain([0]);
            devices.map(|device| (Arc::clone(member), device))
        })
        .filter(|(member, device)| member.pn != account.pn || *device != 0)
        .collect();
    let name = key_name(&group.jid(), account, 0);
    let mut own = account.phone.groups.lock().await;
    let current: BTreeSet<DeviceKey> = devices
        .iter()
        .map(|(member, device)| device_key(member, *device))
        .collect();
    let had = own.holders.remove(group.id.as_str()).unwrap_or_default();
    // Whoever has left must not be able to read on.
    let kept = if had.is_subset(&current) {
        had
    } else {
        own.keys.forget(&name);
        BTreeSet::new()
    };
    let distribution = own.keys.distribution(&name).await?;
    let plain =
        MessageUtils::encode_and_pad(&with_distribution(Message::default(), &group.jid(), distribution));
    let mut participants = Vec::new();
    let mut signal = account.phone.signal.lock().await;
    for (member, device) in &devices {
        if !kept.contains(&device_key(member, *device)) {
            participants.extend(encrypt(&mut signal, member, *device, group.space, &plain).await);
        }
    }
    drop(signal);
    let ciphertext = own
        .keys
        .encrypt(&name, &MessageUtils::encode_and_pad(message))
        .await?;
    own.holders.insert(group.id.to_string(), current);
    drop(own);

    let mut children = Vec::new();
    if !participants.is_empty() {
        children.push(NodeBuilder::new("participants").children(participants).build());
    }
    children.push(
        NodeBuilder::new("enc")
            .attr("v", "2")
            .attr("type", "skmsg")
            .bytes(ciphertext)
            .build(),
    );
    deliver(network, account, group, id, None, children).await
}

/// Encrypts a message again for one device, with the key for those to come.
pub(super) async fn repeat(
    network: &Arc<Network>,
    account: &Arc<Account>,
    group: &Group,
    recipient: &Arc<Account>,
    device: &Jid,
    message: &Message,
    id: &str,
) -> Result<(), SendError> {
    let name = key_name(&group.jid(), account, 0);
    let distribution = account.phone.groups.lock().await.keys.distribution(&name).await?;
    let message = with_distribution(message.clone(), &group.jid(), distribution);
    let plain = MessageUtils::encode_and_pad(&message);
    let mut signal = account.phone.signal.lock().await;
    signal.drop_session(&session_address(recipient, device.device));
    let enc = encrypt_enc(&mut signal, recipient, device.device, &plain).await?;
    drop(signal);
    deliver(network, account, group, id, Some(device), vec![enc]).await
}

async fn deliver(
    network: &Arc<Network>,
    account: &Arc<Account>,
    group: &Group,
    id: &str,
    only: Option<&Jid>,
    children: Vec<Node>,
) -> Result<(), SendError> {
    let mut builder = NodeBuilder::new("message")
        .attr("to", group.jid())
        .attr("id", id.to_owned())
        .attr("type", "text")
        .attr("addressing_mode", group.mode());
    if let Some(only) = only {
        builder = builder.attr("participant", only);
    }
    let node = builder.children(children).build();
    route::message(network, &origin(account), &node.as_node_ref()).await?;
    Ok(())
}

/// Opens the group's ciphertext of a message.
pub(super) async fn open(
    account: &Account,
    group: &Jid,
    sender: &Account,
    device: u16,
    enc: &NodeRef<'_>,
) -> Option<Message> {
    let name = key_name(group, sender, device);
    let opened = account
        .phone
        .groups
        .lock()
        .await
        .keys
        .decrypt(&name, bytes_of(enc))
        .await;
    match opened {
        Ok(plain) => decode_plaintext(&plain, PADDING).ok(),
        Err(error) => {
            tracing::warn!(%error, device, "a phone cannot decrypt a group message");
            None
        }
    }
}

/// Takes the key out of a message. What is left is `None` if the key was all of it.
pub(super) async fn learn(
    account: &Account,
    group: &Jid,
    sender: &Account,
    device: u16,
    mut message: Message,
) -> Option<Message> {
    let distribution = message
        .sender_key_distribution_message
        .as_option()
        .and_then(|message| message.axolotl_sender_key_distribution_message.clone());
    let Some(distribution) = distribution else {
        return Some(message);
    };
    let name = key_name(group, sender, device);
    let learned = account
        .phone
        .groups
        .lock()
        .await
        .keys
        .learn(&name, &distribution)
        .await;
    if let Err(error) = learned {
        tracing::warn!(%error, device, "a phone cannot read a sender key");
    }
    (!is_sender_key_distribution_only(&mut message)).then_some(message)
}

pub(super) fn with_distribution(mut message: Message, group: &Jid, distribution: Vec<u8>) -> Message {
    message.sender_key_distribution_message = MessageField::some(SenderKeyDistributionMessage {
        group_id: Some(group.to_string()),
        axolotl_sender_key_distribution_message: Some(distribution),
    });
    message
}

pub(super) fn key_name(group: &Jid, account: &Account, device: u16) -> SenderKeyName {
    SenderKeyName::from_parts(&group.to_string(), session_address(account, device).name())
}

fn device_key(account: &Account, device: u16) -> DeviceKey {
    (account.pn.to_string(), device)
}

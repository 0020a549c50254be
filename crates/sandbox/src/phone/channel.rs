//! A phone's part in channels.

use std::sync::Arc;

use buffa::Message as _;
use wacore_binary::NodeRef;
use waproto::whatsapp::Message;

use super::{Entry, Kind, content, reading, send};
use crate::{
    network::Network,
    route::{self, ChannelRefused},
    state::{Account, Channel, Post},
    wire::{attr_jid, attr_str, child, content as bytes_of},
};

/// Posts a text and answers the message's id and number.
pub(crate) fn post(
    network: &Arc<Network>,
    account: &Account,
    channel: &Channel,
    text: String,
    id: Option<String>,
) -> Result<(String, u64), ChannelRefused> {
    let id = id.unwrap_or_else(send::new_id);
    let message = Message {
        conversation: Some(text),
        ..Default::default()
    };
    let post = Post::new(
        &id,
        &account.pn,
        network.clock.now(),
        "text",
        None,
        message.encode_to_vec(),
    );
    let server_id = route::publish(network, channel, 0, post)?;
    Ok((id, server_id))
}

/// Notes what a channel has brought.
pub(super) fn received(network: &Network, account: &Account, node: &NodeRef<'_>) {
    let Some(from) = attr_jid(node, "from") else {
        return;
    };
    let plaintext = child(node, "plaintext").map(bytes_of).unwrap_or_default();
    let message = Message::decode_from_slice(plaintext).unwrap_or_default();
    let id = attr_str(node, "id").unwrap_or_default().into_owned();
    let mut entry = Entry::new(Kind::Message, from.to_string(), id);
    entry.text = content::text_of(&message);
    entry.r#type = Some(reading::kind(&message).to_owned());
    account.phone.inbox.push(entry, network.clock.now());
}

use std::sync::Arc;

use wacore_binary::{CompactString, NodeRef};

use super::{
    news,
    stanza::{EDITED, REVOKED, hand_out},
};
use crate::{
    network::Network,
    route::Origin,
    state::{Change, Channel, Denied, Post},
    wire::{attr_jid, attr_str, child, content, nodes},
};

/// Why a stanza to a channel was refused, as an ack says it.
pub(crate) enum Refused {
    /// There is no such channel, or no such message in it.
    Unknown,
    /// The account may not do this.
    Denied,
    Malformed,
}

impl Refused {
    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Denied => 403,
            Self::Unknown => 404,
        }
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotAnAdmin | Denied::OwnerStays => Self::Denied,
            Denied::NotAFollower | Denied::NoSuchMessage => Self::Unknown,
        }
    }
}

/// Takes a message stanza to a channel and answers the number of the message it is about.
pub(crate) fn route(network: &Arc<Network>, origin: &Origin, node: &NodeRef<'_>) -> Result<u64, Refused> {
    let channel = attr_jid(node, "to")
        .and_then(|to| network.channels.get(&to))
        .ok_or(Refused::Unknown)?;
    let author = &origin.account.pn;
    let kind = attr_str(node, "type").unwrap_or_default();
    if kind == "reaction" {
        let server_id = attr_str(node, "server_id").and_then(|id| id.parse().ok());
        let server_id = server_id.ok_or(Refused::Malformed)?;
        let code = child(node, "reaction").and_then(|reaction| attr_str(reaction, "code"));
        react(network, &channel, author, server_id, code.as_deref())?;
        return Ok(server_id);
    }
    let id = attr_str(node, "id").ok_or(Refused::Malformed)?;
    let plaintext = child(node, "plaintext").ok_or(Refused::Malformed)?;
    let message = content(plaintext).to_vec();
    let media = attr_str(plaintext, "mediatype");
    match attr_str(node, "edit").as_deref() {
        Some(EDITED) => {
            let change = Change::Edit {
                message,
                kind: kind.into_owned(),
                media: media.map(std::borrow::Cow::into_owned),
            };
            let post = channel.change(author, &id, change, network.clock.now())?;
            hand_out(network, &channel, &post, origin.device, Some(EDITED));
            network.persistence.touch();
            Ok(post.server_id)
        }
        Some(REVOKED) => revoke(network, &channel, author, origin.device, &id),
        _ => {
            let post = Post::new(&id, author, network.clock.now(), &kind, media.as_deref(), message);
            publish(network, &channel, origin.device, post)
        }
    }
}

/// Adds a post and hands it out. A repeat of one that is there changes nothing.
pub(crate) fn publish(
    network: &Arc<Network>,
    channel: &Channel,
    device: u16,
    mut post: Post,
) -> Result<u64, Refused> {
    let newest = |channel: &Channel| channel.posts(None, None, 1).pop().map(|post| post.server_id);
    let before = newest(channel);
    post.server_id = channel.post(post.clone())?;
    if before.is_none_or(|before| post.server_id > before) {
        hand_out(network, channel, &post, device, None);
        network.persistence.touch();
    }
    Ok(post.server_id)
}

/// Takes a post back.
pub(crate) fn revoke(
    network: &Arc<Network>,
    channel: &Channel,
    author: &CompactString,
    device: u16,
    id: &str,
) -> Result<u64, Refused> {
    let post = channel.change(author, id, Change::Revoke, network.clock.now())?;
    hand_out(network, channel, &post, device, Some(REVOKED));
    network.persistence.touch();
    Ok(post.server_id)
}

/// Notes a reaction, and shows whoever watches how the counters stand.
pub(crate) fn react(
    network: &Arc<Network>,
    channel: &Channel,
    author: &CompactString,
    server_id: u64,
    code: Option<&str>,
) -> Result<(), Refused> {
    let post = channel.react(author, server_id, code.filter(|code| !code.is_empty()))?;
    network.persistence.touch();
    news::tell_counters(network, channel, &post);
    Ok(())
}

/// Counts a reader, from a receipt that says what was seen.
pub(crate) fn viewed(network: &Arc<Network>, origin: &Origin, node: &NodeRef<'_>) {
    let Some(channel) = attr_jid(node, "to").and_then(|to| network.channels.get(&to)) else {
        return;
    };
    let more = child(node, "list").map(nodes).unwrap_or_default();
    let seen: Vec<u64> = more
        .iter()
        .chain([node])
        .filter_map(|item| attr_str(item, "server_id")?.parse().ok())
        .collect();
    channel.view(&origin.account.pn, &seen);
    network.persistence.touch();
}

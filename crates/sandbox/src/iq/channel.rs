//! `newsletter`: reading a channel, addressed to the channel itself.

use std::sync::Arc;

use wacore_binary::{Node, builder::NodeBuilder};

use super::request::{Answer, Refusal, Request};
use crate::{
    route,
    state::Channel,
    wire::{attr_jid, attr_str},
};

/// How long a device hears of counters before it has to ask again.
const LIVE_S: u64 = 300;
const MOST_MESSAGES: usize = 500;
const DEFAULT_MESSAGES: usize = 50;

pub(super) fn messages(request: &Request<'_>) -> Answer {
    with_channel(request, |channel| page(request, channel, "messages"))
}

/// The messages whose counters may have moved; all of them, since nobody keeps track.
pub(super) fn updates(request: &Request<'_>) -> Answer {
    with_channel(request, |channel| page(request, channel, "message_updates"))
}

pub(super) fn live_updates(request: &Request<'_>) -> Answer {
    with_channel(request, |channel| {
        let origin = &request.peer.origin;
        channel.watch((origin.account.pn.clone(), origin.device), request.now() + LIVE_S);
        NodeBuilder::new("live_updates").attr("duration", LIVE_S).build()
    })
}

/// What the account itself has answered to a channel's messages.
pub(super) fn my_addons(request: &Request<'_>) -> Answer {
    with_channel(request, |channel| {
        let own = &request.peer.origin.account.pn;
        let posts = channel.posts(None, None, MOST_MESSAGES);
        let messages = posts.iter().filter_map(|post| {
            let reaction = NodeBuilder::new("reaction").attr("code", post.reaction_of(own)?.to_owned());
            let message = NodeBuilder::new("message").attr("server_id", post.server_id);
            Some(message.children([reaction.build()]).build())
        });
        let messages = NodeBuilder::new("messages")
            .attr("jid", channel.jid())
            .children(messages)
            .build();
        NodeBuilder::new("my_addons").children([messages]).build()
    })
}

fn page(request: &Request<'_>, channel: &Channel, tag: &'static str) -> Node {
    let number = |key| {
        let asked = request.child()?;
        attr_str(asked, key)?.parse::<u64>().ok()
    };
    let count = number("count")
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(DEFAULT_MESSAGES)
        .min(MOST_MESSAGES);
    let posts = channel.posts(number("before"), number("after"), count);
    let own = &request.peer.origin.account.pn;
    let messages = NodeBuilder::new("messages")
        .attr("jid", channel.jid())
        .attr("t", request.now())
        .children(posts.iter().map(|post| route::counted_post(post, own)));
    if tag == "messages" {
        messages.build()
    } else {
        NodeBuilder::new(tag).children([messages.build()]).build()
    }
}

fn with_channel(request: &Request<'_>, answer: impl FnOnce(&Arc<Channel>) -> Node) -> Answer {
    let jid = attr_jid(request.node, "to");
    match jid.and_then(|jid| request.peer.network.channels.get(&jid)) {
        Some(channel) => answer(&channel).into(),
        None => Refusal::NOT_FOUND.into(),
    }
}

use std::sync::Arc;

use serde_json::json;
use wacore_binary::{Node, builder::NodeBuilder};

use super::stanza::counted;
use crate::{
    iq::SERVER,
    network::Network,
    route::{Origin, deliver::deliver, deliver::deliver_all, deliver::parcel},
    state::{Account, Channel, Class, Post},
    wire::Stanza,
};

/// What an account did with a channel on one of its devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    Joined,
    Left,
    Muted,
}

impl News {
    /// The operation and the field of its content.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Joined => ("NotificationNewsletterJoin", "xwa2_notify_newsletter_on_join"),
            Self::Left => ("NotificationNewsletterLeave", "xwa2_notify_newsletter_on_leave"),
            Self::Muted => (
                "NotificationNewsletterUserSettingChange",
                "xwa2_notify_newsletter_on_mute_change",
            ),
        }
    }
}

/// Tells the account's other devices.
pub(crate) fn tell(network: &Network, origin: &Origin, channel: &Channel, news: News) {
    let (role, mutes) = channel.viewer(&origin.account.pn);
    let (operation, field) = news.names();
    let mute = if mutes.follower_activity { "ON" } else { "OFF" };
    let content = json!({
        "id": channel.jid().to_string(),
        "state": { "type": "active" },
        "mute": mute,
        "thread_metadata": { "name": { "text": channel.name().text } },
        "viewer_metadata": { "role": role.name(), "mute": mute },
    });
    let content = json!({ "data": { field: content } });
    notify(
        network,
        &origin.account,
        Some(origin.device),
        operation,
        &content.to_string(),
    );
}

/// Tells everybody who follows the channel how it is called now.
pub(crate) fn tell_update(network: &Network, origin: &Origin, channel: &Channel) {
    let content = json!({ "data": { "xwa2_notify_newsletter_on_metadata_update": {
        "id": channel.jid().to_string(),
        "thread_metadata": {
            "name": { "text": channel.name().text },
            "description": { "text": channel.description().text },
        },
    }}})
    .to_string();
    for follower in channel.followers() {
        let Some(account) = network.directory.by_pn(&follower) else {
            continue;
        };
        let own = follower == origin.account.pn;
        let except = own.then_some(origin.device);
        notify(
            network,
            &account,
            except,
            "NotificationNewsletterUpdate",
            &content,
        );
    }
}

/// Shows the counters of a post to whoever has asked to see them move.
pub(super) fn tell_counters(network: &Network, channel: &Channel, post: &Post) {
    for (pn, device) in channel.watchers(network.clock.now()) {
        let Some(account) = network.directory.by_pn(&pn) else {
            continue;
        };
        let messages = NodeBuilder::new("messages")
            .attr("jid", channel.jid())
            .attr("t", network.clock.now())
            .children([counted(post, &pn)])
            .build();
        let updates = NodeBuilder::new("live_updates").children([messages]).build();
        let id = network.next_id().to_string();
        let node = NodeBuilder::new("notification")
            .attr("type", "newsletter")
            .attr("from", channel.jid())
            .attr("id", id.clone())
            .attr("t", network.clock.now())
            .children([updates])
            .build();
        if let Ok(stanza) = Stanza::encode(&node) {
            deliver(
                &account,
                device,
                parcel(Class::Notification, &id, &channel.id, stanza),
            );
        }
    }
}

fn notify(network: &Network, account: &Arc<Account>, except: Option<u16>, operation: &str, content: &str) {
    let update: Node = NodeBuilder::new("update")
        .attr("op_name", operation)
        .bytes(content.as_bytes().to_vec())
        .build();
    let id = network.next_id().to_string();
    let node = NodeBuilder::new("notification")
        .attr("type", "mex")
        .attr("from", SERVER)
        .attr("id", id.clone())
        .attr("t", network.clock.now())
        .children([update])
        .build();
    if let Ok(stanza) = Stanza::encode(&node) {
        let parcel = parcel(Class::Notification, &id, &"".into(), stanza);
        deliver_all(account, except, false, &parcel);
    }
}

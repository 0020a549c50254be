//! What a phone does about calls.

use std::{sync::Arc, time::Duration};

use wacore_binary::{Jid, Node, NodeRef, builder::NodeBuilder};

use super::{
    Entry, Kind,
    send::{SendError, origin},
};
use crate::{
    network::Network,
    route,
    state::{Account, Space},
    wire::{attr_jid, attr_str, nodes},
};

/// A call to place.
pub(crate) struct Ring {
    pub(crate) id: String,
    pub(crate) video: bool,
    /// The group whose call it is.
    pub(crate) group: Option<Jid>,
    /// How long to wait for somebody to answer.
    pub(crate) patience: Duration,
}

/// What a user says to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    Accept,
    Reject,
    /// The call is over, or its caller has given up.
    Terminate,
}

/// Rings somebody, and gives up when nobody answers.
pub(crate) fn ring(
    network: &Arc<Network>,
    account: &Arc<Account>,
    called: &Arc<Account>,
    ring: Ring,
) -> Result<(), SendError> {
    network.calls.ring(&ring.id, &account.pn, &called.pn);
    let mut offer = step("offer", &ring.id, account)
        .attr("caller_pn", account.jid(Space::Pn, 0))
        .attr("joinable", "0");
    if let Some(group) = ring.group {
        offer = offer.attr("group-jid", group);
    }
    let mut media = vec![
        NodeBuilder::new("audio")
            .attr("enc", "opus")
            .attr("rate", "16000")
            .build(),
    ];
    if ring.video {
        media.push(NodeBuilder::new("video").attr("enc", "h.264").build());
    }
    say(
        network,
        account,
        &called.jid(Space::Pn, 0),
        offer.children(media).build(),
    )?;
    let (network, account, called) = (Arc::clone(network), Arc::clone(account), Arc::clone(called));
    let tasks = network.tasks.clone();
    tasks.spawn(async move {
        let patience = network.shutdown.clone();
        if patience
            .run_until_cancelled(tokio::time::sleep(ring.patience))
            .await
            .is_none()
        {
            return;
        }
        if network.calls.give_up(&ring.id) {
            let over = over(&ring.id, &account, "timeout");
            if let Err(error) = say(&network, &account, &called.jid(Space::Pn, 0), over) {
                tracing::warn!(%error, "a call could not be given up");
            }
        }
    });
    Ok(())
}

/// Says something to a call that this phone placed or was rung by. Answers whether there is such a call.
pub(crate) fn reply(
    network: &Arc<Network>,
    account: &Arc<Account>,
    id: &str,
    reply: Reply,
) -> Result<bool, SendError> {
    let Some(call) = network.calls.get(id) else {
        return Ok(false);
    };
    let other = if call.from == account.pn {
        &call.to
    } else if call.to == account.pn {
        &call.from
    } else {
        return Ok(false);
    };
    let (Some(other), Some(creator)) = (
        network.directory.by_pn(other),
        network.directory.by_pn(&call.from),
    ) else {
        return Ok(false);
    };
    let step = match reply {
        // The caller's phone takes the news and changes how the call stands.
        Reply::Accept => step("accept", id, &creator).build(),
        Reply::Reject => step("reject", id, &creator).attr("count", "0").build(),
        Reply::Terminate => step("terminate", id, &creator).build(),
    };
    if reply == Reply::Terminate {
        network.calls.end(id);
    }
    say(network, account, &other.jid(Space::Pn, 0), step)?;
    Ok(true)
}

/// Notes what happens to a call, and lets the devices that did not answer stop ringing.
pub(super) fn heard(
    network: &Arc<Network>,
    account: &Arc<Account>,
    node: &NodeRef<'_>,
) -> Result<(), SendError> {
    let (Some(from), Some(action)) = (attr_jid(node, "from"), nodes(node).first()) else {
        return Ok(());
    };
    let id = attr_str(action, "call-id").unwrap_or_default();
    let mut entry = Entry::new(Kind::Call, from.to_string(), id.to_string());
    entry.r#type = Some(action.tag.to_string());
    account.phone.inbox.push(entry, network.clock.now());
    let reason = match &*action.tag {
        "offer" => {
            // A call of a linked device: this phone's user may want to answer it.
            if let Some(caller) = network.directory.resolve(&from)
                && network.calls.get(&id).is_none()
            {
                network.calls.ring(&id, &caller.pn, &account.pn);
            }
            return Ok(());
        }
        "accept" if network.calls.answer(&id) => "accepted_elsewhere",
        "reject" if network.calls.end(&id).is_some() => "rejected_elsewhere",
        "terminate" => {
            network.calls.end(&id);
            return Ok(());
        }
        _ => return Ok(()),
    };
    let Some(called) = network.directory.resolve(&from) else {
        return Ok(());
    };
    let over = over(&id, account, reason);
    for device in called.companions().into_iter().chain([0]) {
        if device != from.device {
            say_to_device(network, account, &called, device, over.clone())?;
        }
    }
    Ok(())
}

fn say_to_device(
    network: &Arc<Network>,
    account: &Arc<Account>,
    called: &Arc<Account>,
    device: u16,
    step: Node,
) -> Result<(), SendError> {
    // Device 0 cannot be meant alone: its address is that of the account.
    if device == 0 {
        return Ok(());
    }
    say(network, account, &called.jid(Space::Pn, device), step)
}

fn say(network: &Arc<Network>, account: &Arc<Account>, to: &Jid, step: Node) -> Result<(), SendError> {
    let call = NodeBuilder::new("call")
        .attr("to", to)
        .attr("id", network.next_id())
        .children([step])
        .build();
    route::call(network, &origin(account), &call.as_node_ref())?;
    Ok(())
}

fn step(action: &'static str, id: &str, creator: &Account) -> NodeBuilder {
    NodeBuilder::new(action)
        .attr("call-id", id.to_owned())
        .attr("call-creator", creator.jid(Space::Pn, 0))
}

fn over(id: &str, creator: &Account, reason: &'static str) -> Node {
    step("terminate", id, creator).attr("reason", reason).build()
}

//! Logging a linked device in.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use futures_util::stream::SplitSink;
use wacore_binary::{Node, builder::NodeBuilder};

use super::{
    Ending, Link, Peer,
    session::StanzaReader,
    socket::{Dropped, Frames},
    writer::{Writer, wind_up},
};
use crate::{
    clock,
    faults::{self, StreamError},
    network::Network,
    route::{self, Origin},
    state::{Account, Space},
    wire::{Stanza, handshake::Established},
};

/// When every account claims to have been created.
const CREATION: &str = "1700000000";

pub(super) async fn run(
    network: Arc<Network>,
    sink: SplitSink<WebSocket, Message>,
    frames: Frames,
    established: Established,
) -> Result<(), Dropped> {
    let (link, receiver) = Link::new(network.next_id());
    let trace = network.traces.open(link.id());
    let writer = Writer::new(Arc::clone(&network), sink, established.write, Arc::clone(&trace));
    let username = established.payload.username.unwrap_or_default().to_string();
    let device = u16::try_from(established.payload.device.unwrap_or_default()).unwrap_or(u16::MAX);

    let account = network.directory.by_pn(&username);
    let refusal = match &account {
        Some(account) => {
            trace.set_account(&account.pn);
            refuse(&network, account, device, &established.client_static)
        }
        None => Some(faults::failure(401, None, None)),
    };
    let (Some(account), None) = (account, refusal.as_ref()) else {
        if let Some(refusal) = refusal {
            link.end(Ending::With(Stanza::encode(&refusal)?));
        }
        writer.run(link, receiver, None).await;
        return Ok(());
    };
    let replaced = faults::stream_error(StreamError::Conflict("replaced"));
    let Some(mailbox) = account.attach(device, link.clone(), replaced) else {
        return Ok(());
    };

    tracing::info!(device, connection = link.id(), "device connected");
    let writer = network
        .tasks
        .spawn(writer.run(link.clone(), receiver, Some(Arc::clone(&mailbox))));
    let peer = Peer {
        network: Arc::clone(&network),
        origin: Origin {
            account: Arc::clone(&account),
            device,
        },
        link: link.clone(),
        mailbox,
    };
    peer.reply(Stanza::encode(&success(&account, device))).await;
    let mut reader = StanzaReader::new(Arc::clone(&network), frames, established.read, trace);
    let result = tokio::select! {
        result = peer.run(&mut reader) => result,
        () = network.shutdown.cancelled() => Ok(()),
    };
    link.end(Ending::Silent);
    if account.detach(device, link.id()) {
        route::set_available(&network, &account, device, false);
    }
    wind_up(writer).await;
    tracing::info!(device, connection = link.id(), "device disconnected");
    result
}

fn refuse(network: &Network, account: &Arc<Account>, device: u16, noise_key: &[u8]) -> Option<Node> {
    let origin = Origin {
        account: Arc::clone(account),
        device,
    };
    if let Some(failure) = network.faults.login_failure(&origin) {
        return Some(failure);
    }
    let known = account.with_device(device, |device| device.noise_key == noise_key);
    (known != Some(true)).then(|| faults::failure(401, None, None))
}

fn success(account: &Account, device: u16) -> Node {
    NodeBuilder::new("success")
        .attr("t", clock::now())
        .attr("props", "27")
        .attr("abprops", "1")
        .attr("lid", account.jid(Space::Lid, device))
        .attr("creation", CREATION)
        .build()
}

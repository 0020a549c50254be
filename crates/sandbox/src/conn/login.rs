//! Logging a linked device in.

use std::sync::Arc;

use wacore_binary::{Node, builder::NodeBuilder};

use super::{
    Ending, Link, Peer,
    session::StanzaReader,
    socket::{Dropped, Frames, Outgoing},
    writer::{Writer, wind_up},
};
use crate::{
    faults::{self, LoginVerdict, StreamError},
    network::Network,
    route::{self, Origin},
    state::{Account, Space},
    wire::{Stanza, handshake::Established},
};

/// When every account claims to have been created.
const CREATION: &str = "1700000000";

pub(super) async fn run(
    network: Arc<Network>,
    outgoing: Outgoing,
    frames: Frames,
    established: Established,
) -> Result<(), Dropped> {
    let (link, receiver) = Link::new(network.next_id());
    let trace = network.traces.open(link.id());
    let mut writer = Writer::new(
        Arc::clone(&network),
        link.clone(),
        outgoing,
        established.write,
        Arc::clone(&trace),
    );
    let username = established.payload.username.unwrap_or_default().to_string();
    let device = u16::try_from(established.payload.device.unwrap_or_default()).unwrap_or(u16::MAX);

    let origin = network
        .directory
        .by_pn(&username)
        .map(|account| Origin { account, device });
    if let Some(origin) = &origin {
        trace.set_account(&origin.account.pn);
    }
    let mut reader = StanzaReader::new(Arc::clone(&network), frames, established.read, trace);
    let origin = match admit(&network, origin, &established.client_static) {
        Ok(origin) => origin,
        Err(LoginVerdict::Refuse(failure)) => {
            link.end(Ending::With(Stanza::encode(&failure)?));
            writer.run(receiver, None).await;
            return Ok(());
        }
        Err(LoginVerdict::Stall) => return ignore(&network, &mut reader).await,
    };
    let account = Arc::clone(&origin.account);
    let replaced = faults::stream_error(StreamError::Conflict("replaced"));
    let Some(mailbox) = account.attach(device, link.clone(), replaced) else {
        return Ok(());
    };

    tracing::info!(device, connection = link.id(), "device connected");
    writer.address(origin.clone());
    let writer = network
        .tasks
        .spawn(writer.run(receiver, Some(Arc::clone(&mailbox))));
    let peer = Peer {
        network: Arc::clone(&network),
        origin,
        link: link.clone(),
        mailbox,
    };
    peer.reply(Stanza::encode(&success(&network, &account, device)))
        .await;
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

/// Lets a device in that exists and has proved its key, unless a fault keeps it out.
fn admit(network: &Network, origin: Option<Origin>, noise_key: &[u8]) -> Result<Origin, LoginVerdict> {
    let logged_out = || LoginVerdict::Refuse(Box::new(faults::failure(401, None, None)));
    let origin = origin.ok_or_else(logged_out)?;
    if let Some(verdict) = network.faults.judge_login(&origin) {
        return Err(verdict);
    }
    let known = origin
        .account
        .with_device(origin.device, |device| device.noise_key == noise_key);
    if known == Some(true) {
        Ok(origin)
    } else {
        Err(logged_out())
    }
}

/// Hears a client out without ever answering.
async fn ignore(network: &Network, reader: &mut StanzaReader) -> Result<(), Dropped> {
    let listening = async {
        loop {
            reader.next().await?;
        }
    };
    tokio::select! {
        left = listening => left,
        () = network.shutdown.cancelled() => Ok(()),
    }
}

fn success(network: &Network, account: &Account, device: u16) -> Node {
    NodeBuilder::new("success")
        .attr("t", network.clock.now())
        .attr("props", "27")
        .attr("abprops", "1")
        .attr("lid", account.jid(Space::Lid, device))
        .attr("creation", CREATION)
        .build()
}

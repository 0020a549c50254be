//! Linking a new device over the wire: QR references until the phone has scanned one of them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use wacore_binary::{Jid, Node, builder::NodeBuilder};
use waproto::whatsapp::ClientPayload;

use super::{
    Ending, Link, link_code,
    session::StanzaReader,
    socket::{Dropped, Frames, Outgoing},
    writer::{Writer, wind_up},
};
use crate::{
    faults::{self, StreamError},
    iq::SERVER,
    network::Network,
    pairing::{self, Linked},
    route,
    state::{KeyBundle, Registration, SignedKey, lock},
    wire::{self, Stanza, handshake::Established},
};

/// References handed out per connection: one for each QR code the client will show.
const REFERENCES: usize = 6;

/// A connected client that waits to be scanned.
pub(crate) struct PendingRegistration {
    pub(crate) push_name: String,
    pub(crate) noise_key: Vec<u8>,
    pub(crate) bundle: KeyBundle,
    pub(crate) platform: Option<String>,
    link: Link,
    claimed: AtomicBool,
    linked: Mutex<Option<Linked>>,
}

impl PendingRegistration {
    /// Takes the one chance to be scanned. Answers whether it was still there.
    pub(crate) fn claim(&self) -> bool {
        !self.claimed.swap(true, Ordering::AcqRel)
    }

    /// The device to create once the phone has agreed.
    pub(crate) fn registration(&self) -> Registration {
        Registration {
            noise_key: self.noise_key.clone(),
            bundle: self.bundle.clone(),
            platform: self.platform.clone(),
        }
    }

    /// Writes something to the client.
    pub(crate) fn tell(&self, stanza: Stanza) {
        self.link.offer(stanza);
    }

    /// Resolves when the client is no longer connected.
    pub(crate) async fn gone(&self) {
        self.link.ended().await;
    }

    /// Tells the client that the phone has scanned its code.
    pub(crate) fn succeed(&self, linked: Linked, id: u64, now: u64) -> Result<(), wire::Error> {
        let stanza = Stanza::encode(&pair_success(&linked, id, now))?;
        *lock(&self.linked) = Some(linked);
        self.link.offer(stanza);
        Ok(())
    }
}

pub(super) async fn run(
    network: Arc<Network>,
    outgoing: Outgoing,
    frames: Frames,
    established: Established,
) -> Result<(), Dropped> {
    let (link, receiver) = Link::new(network.next_id());
    let trace = network.traces.open(link.id());
    let writer = Writer::new(
        Arc::clone(&network),
        link.clone(),
        outgoing,
        established.write,
        Arc::clone(&trace),
    );
    let pending = Arc::new(pending(
        &established.payload,
        established.client_static,
        link.clone(),
    ));
    let references = network.pairing.offer(&pending, REFERENCES);
    let writer = network.tasks.spawn(writer.run(receiver, None));
    link.reply(Stanza::encode(&pair_device(&references, network.next_id()))?)
        .await;

    let mut reader = StanzaReader::new(Arc::clone(&network), frames, established.read, trace);
    let result = tokio::select! {
        result = wait_for_signature(&network, &pending, &mut reader) => result,
        () = link.ended() => Ok(()),
        () = network.shutdown.cancelled() => Ok(()),
    };
    network.pairing.withdraw(&references);
    network.pairing.withdraw_code(&pending);
    if let Some(unsigned) = lock(&pending.linked).take() {
        unsigned.account.remove_device(unsigned.device);
    }
    link.end(Ending::Silent);
    wind_up(writer).await;
    result
}

/// Reads until the client has signed its identity. Requests that do not lead there get no answer before a login.
async fn wait_for_signature(
    network: &Arc<Network>,
    pending: &Arc<PendingRegistration>,
    reader: &mut StanzaReader,
) -> Result<(), Dropped> {
    loop {
        let stanza = reader.next().await?;
        if let Some(answer) = link_code::answer(network, pending, stanza.get()) {
            pending.link.reply(Stanza::encode(&answer)?).await;
            continue;
        }
        let Some(identity) = wire::child(stanza.get(), "pair-device-sign")
            .and_then(|sign| wire::child(sign, "device-identity"))
        else {
            continue;
        };
        let Some(linked) = lock(&pending.linked).take() else {
            continue;
        };
        if pairing::confirm(&linked, wire::content(identity), None) {
            route::announce_device(network, &linked.account, linked.device);
            network.persistence.touch();
            pending.link.end(faults::stream_error(StreamError::Code(515)));
        } else {
            tracing::warn!("a pairing was signed with a wrong identity");
            linked.account.remove_device(linked.device);
            pending.link.end(faults::stream_error(StreamError::Code(401)));
        }
        return Ok(());
    }
}

fn pending(payload: &ClientPayload, noise_key: Vec<u8>, link: Link) -> PendingRegistration {
    let data = payload.device_pairing_data.as_option();
    let field = |value: Option<&Vec<u8>>| value.cloned().unwrap_or_default();
    let bundle = KeyBundle {
        registration: field(data.and_then(|data| data.e_regid.as_ref())),
        identity: field(data.and_then(|data| data.e_ident.as_ref())),
        signed: SignedKey {
            id: field(data.and_then(|data| data.e_skey_id.as_ref())),
            value: field(data.and_then(|data| data.e_skey_val.as_ref())),
            signature: field(data.and_then(|data| data.e_skey_sig.as_ref())),
        },
        ..KeyBundle::default()
    };
    let platform = data
        .and_then(|data| data.device_props.as_deref())
        .and_then(pairing::platform_name);
    PendingRegistration {
        push_name: payload.push_name.clone().unwrap_or_default(),
        noise_key,
        bundle,
        platform,
        link,
        claimed: AtomicBool::new(false),
        linked: Mutex::default(),
    }
}

fn pair_device(references: &[String], id: u64) -> Node {
    let children = references.iter().map(|reference| {
        NodeBuilder::new("ref")
            .bytes(reference.as_bytes().to_vec())
            .build()
    });
    NodeBuilder::new("iq")
        .attr("from", SERVER)
        .attr("type", "set")
        .attr("xmlns", "md")
        .attr("id", id)
        .children([NodeBuilder::new("pair-device").children(children).build()])
        .build()
}

fn pair_success(linked: &Linked, id: u64, now: u64) -> Node {
    let device: fn(Jid, Jid) -> Node = |pn, lid| {
        NodeBuilder::new("device")
            .attr("jid", pn)
            .attr("lid", lid)
            .build()
    };
    NodeBuilder::new("iq")
        .attr("from", SERVER)
        .attr("type", "set")
        .attr("xmlns", "md")
        .attr("id", id)
        .attr("t", now)
        .children([NodeBuilder::new("pair-success")
            .children([
                NodeBuilder::new("device-identity")
                    .bytes(linked.identity.clone())
                    .build(),
                NodeBuilder::new("platform").attr("name", "android").build(),
                device(linked.pn(), linked.lid()),
            ])
            .build()])
        .build()
}

//! The reader of a connection: decrypts frames and hands stanzas to whoever answers them.

use std::sync::Arc;

use wacore_binary::{NodeRef, OwnedNodeRef, util::unpack_bytes};
use wacore_noise::NoiseCipher;

use super::{
    Link,
    socket::{Dropped, Frames},
};
use crate::{
    faults::{Reorder, Verdict},
    iq,
    network::Network,
    route::{self, Origin},
    state::Mailbox,
    trace::{Direction, Trace},
    wire::{self, Stanza},
};

/// A logged-in device and its connection.
pub(crate) struct Peer {
    pub(crate) network: Arc<Network>,
    pub(crate) origin: Origin,
    pub(crate) link: Link,
    pub(crate) mailbox: Arc<Mailbox>,
}

/// Decrypts the stanzas of one connection.
pub(super) struct StanzaReader {
    network: Arc<Network>,
    frames: Frames,
    cipher: NoiseCipher,
    counter: u32,
    trace: Arc<Trace>,
}

impl StanzaReader {
    pub(super) fn new(network: Arc<Network>, frames: Frames, cipher: NoiseCipher, trace: Arc<Trace>) -> Self {
        Self {
            network,
            frames,
            cipher,
            counter: 0,
            trace,
        }
    }

    pub(super) async fn next(&mut self) -> Result<OwnedNodeRef, Dropped> {
        let mut frame = self.frames.next().await?;
        self.cipher
            .decrypt_in_place_with_counter(self.counter, &mut frame)
            .map_err(wire::Error::from)?;
        self.counter = self.counter.checked_add(1).ok_or(wire::Error::CounterExhausted)?;
        let body = unpack_bytes(frame).map_err(wire::Error::from)?;
        self.network.traces.record(&self.trace, Direction::In, &body);
        Ok(OwnedNodeRef::new(body).map_err(wire::Error::from)?)
    }
}

impl Peer {
    /// Answers stanzas until the client leaves or is told to.
    pub(super) async fn run(&self, reader: &mut StanzaReader) -> Result<(), Dropped> {
        let ended = self.link.ended();
        tokio::pin!(ended);
        let mut held = Reorder::<OwnedNodeRef>::default();
        loop {
            let stanza = tokio::select! {
                biased;
                () = &mut ended => return Ok(()),
                () = held.due() => {
                    for stanza in held.release() {
                        self.handle(stanza.get()).await;
                    }
                    continue;
                }
                stanza = reader.next() => stanza?,
            };
            if self.link.is_stalled_for_good() {
                continue;
            }
            self.link.flowing().await;
            self.receive(stanza, &mut held).await;
        }
    }

    /// Handles a stanza unless a fault has other plans for it.
    async fn receive(&self, stanza: OwnedNodeRef, held: &mut Reorder<OwnedNodeRef>) {
        let node = stanza.get();
        let now = self.network.clock.now();
        match self.network.faults.judge(&self.origin, Direction::In, node, now) {
            Verdict::Pass => self.handle(node).await,
            Verdict::Swallow => {}
            Verdict::Delay(pause) => {
                self.link.pause(pause).await;
                self.handle(node).await;
            }
            Verdict::Duplicate => {
                self.handle(node).await;
                self.handle(node).await;
            }
            Verdict::Hold(place) => {
                for stanza in held.hold(stanza, place) {
                    self.handle(stanza.get()).await;
                }
            }
            Verdict::Replace(other) => self.handle(&other.as_node_ref()).await,
            Verdict::Answer(answer) => self.reply(Stanza::encode(&answer)).await,
            Verdict::Stall(flow) => {
                self.link.set_flow(flow);
                self.link.flowing().await;
                if !self.link.is_stalled_for_good() {
                    self.handle(node).await;
                }
            }
            Verdict::End(ending) => self.link.end(ending),
        }
    }

    async fn handle(&self, node: &NodeRef<'_>) {
        match &*node.tag {
            "iq" => iq::handle(self, node).await,
            "message" => {
                let ack = route::message(&self.network, &self.origin, node).await;
                self.reply(ack).await;
            }
            "receipt" => {
                let ack = route::receipt(&self.network, &self.origin, node).await;
                self.reply(ack).await;
            }
            "call" => {
                let ack = route::call(&self.network, &self.origin, node);
                self.reply(ack).await;
            }
            "ack" => route::ack(&self.network, &self.origin, node),
            "presence" => route::presence(self, node),
            "chatstate" => route::chatstate(&self.network, &self.origin, node),
            // Session telemetry and requests for more of an offline delivery that is sent whole.
            "ib" => {}
            other => self.network.stats.unknown(&["stanza", other]),
        }
    }

    /// Writes an answer; one that cannot be encoded is reported instead of ending the connection.
    pub(crate) async fn reply(&self, stanza: Result<Stanza, wire::Error>) {
        match stanza {
            Ok(stanza) => self.link.reply(stanza).await,
            Err(error) => tracing::warn!(%error, "an answer cannot be written"),
        }
    }
}

//! The reader of a connection: decrypts frames and hands stanzas to whoever answers them.

use std::sync::Arc;

use wacore_binary::{OwnedNodeRef, util::unpack_bytes};
use wacore_noise::NoiseCipher;

use super::{
    Direction, Link, Trace,
    socket::{Dropped, Frames},
};
use crate::{
    faults::Verdict,
    iq,
    network::Network,
    route::{self, Origin},
    state::Mailbox,
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
        loop {
            let stanza = tokio::select! {
                biased;
                () = &mut ended => return Ok(()),
                stanza = reader.next() => stanza?,
            };
            self.handle(&stanza).await;
        }
    }

    async fn handle(&self, stanza: &OwnedNodeRef) {
        let node = stanza.get();
        match self.network.faults.judge(&self.origin, node) {
            Verdict::Pass => {}
            Verdict::Delay(pause) => tokio::time::sleep(pause).await,
            Verdict::Swallow => return,
            Verdict::Answer(answer) => return self.reply(Stanza::encode(&answer)).await,
            Verdict::End(ending) => return self.link.end(ending),
        }
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

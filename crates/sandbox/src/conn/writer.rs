//! The writer task of a connection.

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use futures_util::{SinkExt as _, stream::SplitSink};
use tokio::task::JoinHandle;
use wacore_binary::{Node, builder::NodeBuilder};
use wacore_noise::{NoiseCipher, framing::append_frame_into};

use super::{Direction, Ending, Link, Trace, link::LinkReceiver};
use crate::{
    network::Network,
    state::{Delivery, Mailbox},
    wire::{Error, Stanza},
};

/// Stanzas that go into one WebSocket message at most.
const BATCH: usize = 256;
/// How long the end of a connection may take.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// A WebSocket message is sent once it is this large.
const BATCH_BYTES: usize = 128 * 1024;

/// Turns stanzas into encrypted frames, several per WebSocket message.
pub(super) struct Writer {
    network: Arc<Network>,
    sink: SplitSink<WebSocket, Message>,
    cipher: NoiseCipher,
    counter: u32,
    trace: Arc<Trace>,
    plain: Vec<u8>,
    frames: Vec<u8>,
}

/// Lets a writer say its last words, but not for ever: a client that does not read would keep it.
pub(super) async fn wind_up(mut writer: JoinHandle<()>) {
    if tokio::time::timeout(LAST_WORDS, &mut writer).await.is_err() {
        writer.abort();
    }
}

/// Why a writer stopped.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Wire(#[from] Error),
    #[error("the socket is closed")]
    Socket(#[from] axum::Error),
}

impl Writer {
    pub(super) fn new(
        network: Arc<Network>,
        sink: SplitSink<WebSocket, Message>,
        cipher: NoiseCipher,
        trace: Arc<Trace>,
    ) -> Self {
        Self {
            network,
            sink,
            cipher,
            counter: 0,
            trace,
            plain: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// Writes until the link ends, and ends it if writing fails. A logged-in device also gets its mailbox.
    pub(super) async fn run(mut self, link: Link, mut receiver: LinkReceiver, mailbox: Option<Arc<Mailbox>>) {
        if let Err(error) = self.pump(link.id(), &mut receiver, mailbox.as_deref()).await {
            tracing::debug!(%error, "writer stopped");
        }
        link.end(Ending::Silent);
        // The peer may be gone already.
        let _ = self.sink.close().await;
    }

    async fn pump(
        &mut self,
        connection: u64,
        link: &mut LinkReceiver,
        mailbox: Option<&Mailbox>,
    ) -> Result<(), Stopped> {
        let mut replies = Vec::with_capacity(BATCH);
        let mut deliveries = Vec::with_capacity(BATCH);
        loop {
            let ending = tokio::select! {
                biased;
                ended = link.end.wait_for(Option::is_some) => { drop(ended); true }
                count = link.outbound.recv_many(&mut replies, BATCH) => count == 0,
                () = ready(mailbox) => false,
            };
            if ending {
                return self.finish(link).await;
            }
            if let Some(mailbox) = mailbox {
                mailbox.take(connection, BATCH, &mut deliveries);
            }
            // The answer that opened the mailbox was queued before it and has to go first.
            while let Ok(stanza) = link.outbound.try_recv() {
                replies.push(stanza);
            }
            for stanza in replies.drain(..) {
                self.write(&stanza).await?;
            }
            for delivery in deliveries.drain(..) {
                self.deliver(delivery).await?;
            }
            self.flush().await?;
        }
    }

    async fn finish(&mut self, link: &mut LinkReceiver) -> Result<(), Stopped> {
        while let Ok(stanza) = link.outbound.try_recv() {
            self.write(&stanza).await?;
        }
        let ending = link.end.borrow().clone();
        if let Some(Ending::With(stanza)) = ending {
            self.write(&stanza).await?;
        }
        self.flush().await
    }

    async fn deliver(&mut self, delivery: Delivery) -> Result<(), Stopped> {
        let stanza = match delivery {
            Delivery::Live(stanza) => stanza,
            // Unmarked is better than undelivered.
            Delivery::Replayed(stanza, position) => stanza.replayed(position).unwrap_or(stanza),
            Delivery::Preview {
                messages,
                receipts,
                notifications,
            } => {
                let preview = NodeBuilder::new("offline_preview")
                    .attr("count", messages + receipts + notifications)
                    .attr("message", messages)
                    .attr("receipt", receipts)
                    .attr("notification", notifications)
                    .attr("appdata", 0u32)
                    .build();
                Stanza::encode(&info(preview))?
            }
            Delivery::BacklogEnd { count } => {
                Stanza::encode(&info(NodeBuilder::new("offline").attr("count", count).build()))?
            }
        };
        self.write(&stanza).await
    }

    async fn write(&mut self, stanza: &Stanza) -> Result<(), Stopped> {
        self.network
            .traces
            .record(&self.trace, Direction::Out, &stanza.body());
        self.plain.clear();
        self.plain.extend_from_slice(stanza.as_bytes());
        self.cipher
            .encrypt_in_place_with_counter(self.counter, &mut self.plain)
            .map_err(Error::from)?;
        self.counter = self.counter.checked_add(1).ok_or(Error::CounterExhausted)?;
        append_frame_into(&self.plain, None, &mut self.frames).map_err(Error::Frame)?;
        if self.frames.len() >= BATCH_BYTES {
            self.flush().await
        } else {
            Ok(())
        }
    }

    async fn flush(&mut self) -> Result<(), Stopped> {
        if self.frames.is_empty() {
            return Ok(());
        }
        let message = std::mem::take(&mut self.frames);
        Ok(self.sink.send(Message::Binary(message.into())).await?)
    }
}

async fn ready(mailbox: Option<&Mailbox>) {
    match mailbox {
        Some(mailbox) => mailbox.ready().await,
        None => std::future::pending().await,
    }
}

fn info(child: Node) -> Node {
    NodeBuilder::new("ib")
        .attr("from", crate::iq::SERVER)
        .children([child])
        .build()
}

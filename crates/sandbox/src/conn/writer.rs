//! The writer task of a connection.

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::{SinkExt as _, stream::SplitSink};
use tokio::task::JoinHandle;
use wacore_binary::{Node, builder::NodeBuilder};
use wacore_noise::{NoiseCipher, framing::append_frame_into};

use super::{Ending, Hangup, Link, ResetSwitch, link::LinkReceiver, socket::Outgoing};
use crate::{
    faults::{Reorder, Verdict},
    network::Network,
    route::Origin,
    state::{Delivery, Mailbox},
    trace::{Direction, Trace},
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
    link: Link,
    /// Who is at the other end, once it has logged in.
    origin: Option<Origin>,
    reset: ResetSwitch,
    sink: SplitSink<WebSocket, Message>,
    cipher: NoiseCipher,
    counter: u32,
    trace: Arc<Trace>,
    plain: Vec<u8>,
    frames: Vec<u8>,
    held: Reorder<Stanza>,
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
    #[error("a fault ends the connection")]
    Fault,
}

impl Writer {
    pub(super) fn new(
        network: Arc<Network>,
        link: Link,
        (sink, reset): Outgoing,
        cipher: NoiseCipher,
        trace: Arc<Trace>,
    ) -> Self {
        Self {
            network,
            link,
            origin: None,
            reset,
            sink,
            cipher,
            counter: 0,
            trace,
            plain: Vec::new(),
            frames: Vec::new(),
            held: Reorder::default(),
        }
    }

    /// Lets faults know whom the stanzas go to.
    pub(super) fn address(&mut self, origin: Origin) {
        self.origin = Some(origin);
    }

    /// Writes until the link ends, and ends it if writing fails. A logged-in device also gets its mailbox.
    pub(super) async fn run(mut self, mut receiver: LinkReceiver, mailbox: Option<Arc<Mailbox>>) {
        if let Err(error) = self.pump(&mut receiver, mailbox.as_deref()).await {
            tracing::debug!(%error, "writer stopped");
        }
        self.link.end(Ending::Silent);
        let ending = receiver.end.borrow().clone();
        self.hang_up(ending).await;
    }

    /// Closes the socket. The peer may be gone already, so nothing here can fail.
    async fn hang_up(mut self, ending: Option<Ending>) {
        let code = match ending {
            Some(Ending::Hangup(Hangup::Eof)) => return,
            Some(Ending::Hangup(Hangup::Reset)) => return self.reset.arm(),
            Some(Ending::Hangup(Hangup::Normal)) => Some(close_code::NORMAL),
            Some(Ending::Hangup(Hangup::Error)) => Some(close_code::ERROR),
            Some(Ending::Silent | Ending::With(_)) | None => None,
        };
        if let Some(code) = code {
            let frame = CloseFrame {
                code,
                reason: "".into(),
            };
            let _ = self.sink.send(Message::Close(Some(frame))).await;
        }
        let _ = self.sink.close().await;
    }

    async fn pump(&mut self, link: &mut LinkReceiver, mailbox: Option<&Mailbox>) -> Result<(), Stopped> {
        let mut replies = Vec::with_capacity(BATCH);
        let mut deliveries = Vec::with_capacity(BATCH);
        loop {
            let ending = tokio::select! {
                biased;
                ended = link.end.wait_for(Option::is_some) => { drop(ended); true }
                count = link.outbound.recv_many(&mut replies, BATCH) => count == 0,
                () = ready(mailbox) => false,
                () = self.held.due() => false,
            };
            if ending {
                return self.finish(link).await;
            }
            self.link.flowing().await;
            if self.link.is_stalled_for_good() {
                return Ok(());
            }
            self.write_late().await?;
            if let Some(mailbox) = mailbox {
                mailbox.take(self.link.id(), BATCH, &mut deliveries);
            }
            // The answer that opened the mailbox was queued before it and has to go first.
            while let Ok(stanza) = link.outbound.try_recv() {
                replies.push(stanza);
            }
            for stanza in replies.drain(..) {
                self.pass(&stanza).await?;
            }
            for delivery in deliveries.drain(..) {
                self.deliver(delivery).await?;
            }
            self.flush().await?;
        }
    }

    async fn finish(&mut self, link: &mut LinkReceiver) -> Result<(), Stopped> {
        if matches!(*link.end.borrow(), Some(Ending::Hangup(_))) {
            return Ok(());
        }
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
        self.pass(&stanza).await
    }

    /// Writes a stanza unless a fault has other plans for it.
    async fn pass(&mut self, stanza: &Stanza) -> Result<(), Stopped> {
        if !self.network.faults.armed() {
            return self.write(stanza).await;
        }
        match self.verdict(stanza)? {
            Verdict::Pass | Verdict::Answer(_) => self.write(stanza).await,
            Verdict::Swallow => Ok(()),
            Verdict::Duplicate => {
                self.write(stanza).await?;
                self.write(stanza).await
            }
            Verdict::Replace(other) => self.write(&Stanza::encode(&other)?).await,
            Verdict::Delay(pause) => {
                self.flush().await?;
                self.link.pause(pause).await;
                self.write(stanza).await
            }
            Verdict::Hold(place) => {
                for stanza in self.held.hold(stanza.clone(), place) {
                    self.write(&stanza).await?;
                }
                Ok(())
            }
            Verdict::Stall(flow) => {
                self.flush().await?;
                self.link.set_flow(flow);
                self.link.flowing().await;
                if self.link.is_stalled_for_good() {
                    return Err(Stopped::Fault);
                }
                self.write(stanza).await
            }
            Verdict::End(ending) => {
                let last_words = match &ending {
                    Ending::With(stanza) => Some(stanza.clone()),
                    Ending::Silent | Ending::Hangup(_) => None,
                };
                self.link.end(ending);
                if let Some(stanza) = last_words {
                    self.write(&stanza).await?;
                }
                self.flush().await?;
                Err(Stopped::Fault)
            }
        }
    }

    fn verdict(&self, stanza: &Stanza) -> Result<Verdict, Stopped> {
        let Some(origin) = &self.origin else {
            return Ok(Verdict::Pass);
        };
        let (decoded, now) = (stanza.decode()?, self.network.clock.now());
        Ok(self
            .network
            .faults
            .judge(origin, Direction::Out, decoded.get(), now))
    }

    /// Writes what a reorder window has held long enough.
    async fn write_late(&mut self) -> Result<(), Stopped> {
        if self.held.is_due() {
            for stanza in self.held.release() {
                self.write(&stanza).await?;
            }
        }
        Ok(())
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

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use crate::{state::lock, wire::Stanza};

/// Replies that wait for the writer. A client that does not read stops being read at this depth.
const OUTBOUND: usize = 1024;

/// How a connection is told to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Close without a word.
    Silent,
    /// Say this last.
    With(Stanza),
    /// Drop the socket, leaving unsaid what is queued.
    Hangup(Hangup),
}

/// How a socket is dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Hangup {
    /// A WebSocket close with code 1000.
    #[default]
    Normal,
    /// A WebSocket close with code 1011.
    Error,
    /// A TCP reset.
    Reset,
    /// The end of the TCP stream, without a WebSocket close.
    Eof,
}

/// Whether stanzas move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Open,
    StalledUntil(Instant),
    /// Until the connection ends.
    Stalled,
}

impl Flow {
    pub(crate) fn stalled(pause: Option<Duration>) -> Self {
        pause
            .and_then(|pause| Instant::now().checked_add(pause))
            .map_or(Self::Stalled, Self::StalledUntil)
    }
}

/// The handle to a connection's writer.
#[derive(Clone)]
pub(crate) struct Link {
    id: u64,
    outbound: mpsc::Sender<Stanza>,
    end: Arc<watch::Sender<Option<Ending>>>,
    flow: Arc<Mutex<Flow>>,
}

/// The writer's half of a [`Link`].
pub(crate) struct LinkReceiver {
    pub(super) outbound: mpsc::Receiver<Stanza>,
    pub(super) end: watch::Receiver<Option<Ending>>,
}

impl Link {
    pub(crate) fn new(id: u64) -> (Self, LinkReceiver) {
        let (outbound, outbound_receiver) = mpsc::channel(OUTBOUND);
        let (end, end_receiver) = watch::channel(None);
        let link = Self {
            id,
            outbound,
            end: Arc::new(end),
            flow: Arc::new(Mutex::new(Flow::Open)),
        };
        (
            link,
            LinkReceiver {
                outbound: outbound_receiver,
                end: end_receiver,
            },
        )
    }

    /// Tells connections apart, also those of one device.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Writes a reply, waiting while the client does not read. Only for the connection's own reader.
    pub(crate) async fn reply(&self, stanza: Stanza) {
        tokio::select! {
            // A closed channel means that the connection is ending: nobody waits for the reply.
            _ = self.outbound.send(stanza) => {}
            () = self.ended() => {}
        }
    }

    /// Writes something that may be lost, such as presence. Never waits.
    pub(crate) fn offer(&self, stanza: Stanza) {
        let _ = self.outbound.try_send(stanza);
    }

    /// Ends the connection after what is already queued. The first ending wins.
    pub(crate) fn end(&self, ending: Ending) {
        self.end.send_if_modified(|current| {
            let first = current.is_none();
            if first {
                *current = Some(ending);
            }
            first
        });
    }

    /// Stops the connection in both directions, or lets it go on.
    pub(crate) fn set_flow(&self, flow: Flow) {
        *lock(&self.flow) = flow;
    }

    /// Whether nothing will move on this connection any more.
    pub(crate) fn is_stalled_for_good(&self) -> bool {
        *lock(&self.flow) == Flow::Stalled
    }

    /// Waits while the connection is stalled, at most until it ends.
    pub(crate) async fn flowing(&self) {
        let flow = *lock(&self.flow);
        match flow {
            Flow::Open => {}
            Flow::StalledUntil(instant) => self.pause_until(instant).await,
            Flow::Stalled => self.ended().await,
        }
    }

    /// Waits, but not longer than the connection lasts.
    pub(crate) async fn pause(&self, pause: Duration) {
        if let Some(instant) = Instant::now().checked_add(pause) {
            self.pause_until(instant).await;
        } else {
            self.ended().await;
        }
    }

    async fn pause_until(&self, instant: Instant) {
        tokio::select! {
            () = tokio::time::sleep_until(instant) => {}
            () = self.ended() => {}
        }
    }

    /// Resolves when the connection is told to end.
    pub(crate) async fn ended(&self) {
        let mut end = self.end.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = end.wait_for(Option::is_some).await;
    }
}

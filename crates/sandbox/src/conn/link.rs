use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::wire::Stanza;

/// Replies that wait for the writer. A client that does not read stops being read at this depth.
const OUTBOUND: usize = 1024;

/// How a connection is told to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Close without a word.
    Silent,
    /// Say this last.
    With(Stanza),
}

/// The handle to a connection's writer.
#[derive(Clone)]
pub(crate) struct Link {
    id: u64,
    outbound: mpsc::Sender<Stanza>,
    end: Arc<watch::Sender<Option<Ending>>>,
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

    /// Resolves when the connection is told to end.
    pub(crate) async fn ended(&self) {
        let mut end = self.end.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = end.wait_for(Option::is_some).await;
    }
}

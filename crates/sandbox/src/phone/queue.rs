use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{Notify, mpsc};

use crate::{state::lock, wire::Stanza};

/// Depth at which senders are asked to wait.
const FULL: usize = 1024;

/// Something for a phone to do.
pub(super) enum Work {
    Stanza(Stanza),
    /// Give this device the app-state key.
    Provision(u16),
}

/// A phone's pending work, in order.
///
/// Pushing never waits, because phones push to each other; connections wait for room afterwards.
pub(super) struct WorkQueue {
    sender: mpsc::UnboundedSender<Work>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<Work>>>,
    depth: AtomicUsize,
    drained: Notify,
}

impl WorkQueue {
    pub(super) fn new() -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        Self {
            sender,
            receiver: Mutex::new(Some(receiver)),
            depth: AtomicUsize::new(0),
            drained: Notify::new(),
        }
    }

    pub(super) fn push(&self, work: Work) {
        self.depth.fetch_add(1, Ordering::AcqRel);
        // The receiver lives as long as the phone's task, which ends with the sandbox.
        let _ = self.sender.send(work);
    }

    /// The receiving half, for the phone's one task.
    pub(super) fn receiver(&self) -> Option<mpsc::UnboundedReceiver<Work>> {
        lock(&self.receiver).take()
    }

    /// Notes that one piece of work is done.
    pub(super) fn done(&self) {
        if self.depth.fetch_sub(1, Ordering::AcqRel) <= FULL {
            self.drained.notify_waiters();
        }
    }

    pub(super) async fn has_room(&self) {
        loop {
            let drained = self.drained.notified();
            tokio::pin!(drained);
            // Registered before looking, so that no wake-up is lost in between.
            drained.as_mut().enable();
            if self.depth.load(Ordering::Acquire) < FULL {
                return;
            }
            drained.await;
        }
    }
}

//! The order of handing over: one after the other within a chat, chats side by side.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, watch};
use wagon_domain::outbox::OutboxEntry;
use wagon_domain::{Jid, OutboxId, SessionId};

use super::{Inner, Outcome, Traffic, lane_of};

/// A chat of a session.
pub(super) type Lane = (SessionId, Jid);

/// What waits behind the send that is being handed over now; a lane without one is not in here.
pub(super) type Lanes = HashMap<Lane, VecDeque<Job>>;

/// A send to be handed over.
pub(super) struct Job {
    pub(super) entry: OutboxEntry,
    pub(super) knowledge: Knowledge,
    claim: Claim,
    tell: watch::Sender<Option<Outcome>>,
    /// Its share of what a session may have under way, for sends that came from the queue.
    _slot: Option<OwnedSemaphorePermit>,
}

/// How much a copy of an entry is worth, and who waits for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Knowledge {
    /// Written by whoever holds it, who waits for the outcome; nobody else has seen it yet.
    Fresh,
    /// Taken from the queue; nobody waits.
    Queued,
    /// Another attempt may have ended in between.
    Stale,
}

/// The right to drive one entry, given back however the attempt ends.
struct Claim {
    inner: Arc<Inner>,
    id: OutboxId,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.inner.traffic().under_way.remove(&self.id);
    }
}

impl Job {
    /// Ends the job: whoever waits learns the outcome.
    pub(super) fn end(self, outcome: Outcome) {
        let Self { claim, tell, .. } = self;
        // First, so that whoever is told may drive the entry again.
        drop(claim);
        tell.send_replace(Some(outcome));
    }
}

impl Inner {
    pub(super) fn drive(
        self: &Arc<Self>,
        entry: OutboxEntry,
        knowledge: Knowledge,
    ) -> watch::Receiver<Option<Outcome>> {
        self.drive_with(entry, knowledge, None)
    }

    pub(super) fn drive_with(
        self: &Arc<Self>,
        entry: OutboxEntry,
        knowledge: Knowledge,
        slot: Option<OwnedSemaphorePermit>,
    ) -> watch::Receiver<Option<Outcome>> {
        let mut traffic = self.traffic();
        if let Some(running) = traffic.under_way.get(&entry.id) {
            return running.clone();
        }
        let (tell, outcome) = watch::channel(None);
        traffic.under_way.insert(entry.id.clone(), outcome.clone());
        let job = Job {
            claim: Claim {
                inner: Arc::clone(self),
                id: entry.id.clone(),
            },
            entry,
            knowledge,
            tell,
            _slot: slot,
        };
        // What was queued earlier is being taken up at this moment, and goes first.
        match traffic.lines.get_mut(&job.entry.session) {
            Some(line) if knowledge == Knowledge::Fresh && line.is_claiming() => line.wait_behind(job),
            _ => self.enqueue(&mut traffic, job),
        }
        outcome
    }

    pub(super) fn enqueue(self: &Arc<Self>, traffic: &mut Traffic, job: Job) {
        match traffic.lanes.entry(lane_of(&job.entry)) {
            Entry::Occupied(mut waiting) => waiting.get_mut().push_back(job),
            Entry::Vacant(free) => {
                let lane = free.key().clone();
                free.insert(VecDeque::new());
                self.parts.tasks.spawn(Arc::clone(self).work(lane, job));
            }
        }
    }

    /// Hands over what is in a lane until it is empty. What is left when the process is to stop
    /// stays as it is stored, and goes out after the next start.
    async fn work(self: Arc<Self>, lane: Lane, first: Job) {
        let mut next = Some(first);
        while let Some(job) = next {
            if self.parts.stop.is_cancelled() {
                let left = self.traffic().lanes.remove(&lane);
                drop((job, left));
                return;
            }
            self.hand_over(job).await;
            next = self.traffic().next(&lane);
        }
    }
}

impl Traffic {
    fn next(&mut self, lane: &Lane) -> Option<Job> {
        let next = self.lanes.get_mut(lane)?.pop_front();
        if next.is_none() {
            self.lanes.remove(lane);
        }
        next
    }
}

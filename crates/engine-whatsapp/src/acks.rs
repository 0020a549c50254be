//! Sends that wait for WhatsApp's acknowledgement.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use wagon_domain::outbox::SendFailure;
use wagon_domain::{Timestamp, WaMessageId};

/// What the server said about a message.
pub(crate) type Verdict = Result<Timestamp, SendFailure>;

/// Sends in flight on one session, by message id.
#[derive(Debug, Default)]
pub(crate) struct Acks {
    waiting: Mutex<HashMap<Box<str>, Vec<oneshot::Sender<Verdict>>>>,
}

impl Acks {
    /// Starts to listen for the verdict on `id`. Listen before sending: the answer can be faster
    /// than the call that sends.
    pub(crate) fn expect(&self, id: &WaMessageId) -> oneshot::Receiver<Verdict> {
        let (verdict, answer) = oneshot::channel();
        self.lock().entry(id.as_str().into()).or_default().push(verdict);
        answer
    }

    /// Says whether a send waited for it.
    pub(crate) fn resolve(&self, id: &str, verdict: &Verdict) -> bool {
        let waiters = self.lock().remove(id);
        let awaited = waiters.is_some();
        for waiter in waiters.unwrap_or_default() {
            // A send that stopped waiting has reached its deadline; nobody is left to tell.
            let _ = waiter.send(verdict.clone());
        }
        awaited
    }

    /// Drops the listeners of `id` that nobody waits on any more.
    pub(crate) fn forget(&self, id: &WaMessageId) {
        let mut waiting = self.lock();
        if let Some(waiters) = waiting.get_mut(id.as_str()) {
            waiters.retain(|waiter| !waiter.is_closed());
            if waiters.is_empty() {
                waiting.remove(id.as_str());
            }
        }
    }

    /// The connection is gone and its answers with it: every send learns that right away.
    pub(crate) fn abandon(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Vec<oneshot::Sender<Verdict>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> WaMessageId {
        "3EB0A1".parse().unwrap()
    }

    #[tokio::test]
    async fn a_verdict_reaches_everyone_who_waits() {
        let acks = Acks::default();
        let (first, second) = (acks.expect(&id()), acks.expect(&id()));
        acks.resolve("3EB0A1", &Ok(Timestamp::from_secs(5)));
        assert_eq!(first.await.unwrap(), Ok(Timestamp::from_secs(5)));
        assert_eq!(second.await.unwrap(), Ok(Timestamp::from_secs(5)));
    }

    #[tokio::test]
    async fn a_lost_connection_ends_the_wait() {
        let acks = Acks::default();
        let answer = acks.expect(&id());
        acks.abandon();
        assert!(answer.await.is_err());
    }

    #[test]
    fn nothing_stays_behind() {
        let acks = Acks::default();
        drop(acks.expect(&id()));
        acks.forget(&id());
        assert!(acks.lock().is_empty());
    }
}

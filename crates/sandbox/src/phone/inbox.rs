use std::{collections::VecDeque, sync::Mutex, time::Duration};

use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::state::lock;

/// Entries kept per phone.
const ENTRIES: usize = 2_000;

/// What a phone has seen, for tests to look at.
pub(crate) struct Inbox {
    entries: Mutex<VecDeque<Entry>>,
    /// The number of the latest entry.
    latest: watch::Sender<u64>,
}

impl Default for Inbox {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            latest: watch::Sender::new(0),
        }
    }
}

/// One message, receipt or piece of news from a group.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    seq: u64,
    kind: Kind,
    pub(crate) from: String,
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The type of a receipt or of an action in a group, the kind of content of a message, or what happens to a
    /// call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) r#type: Option<String>,
    /// The group, or the chat of a message that an own device has sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chat: Option<String>,
    t: u64,
    /// What a message says beyond its text.
    #[serde(flatten)]
    pub(crate) details: Map<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Message,
    Receipt,
    Call,
    /// Somebody the phone watches came or left.
    Presence,
    /// Somebody types, records or has stopped.
    Chatstate,
    /// Something happened in a group; the type says what.
    Group,
    /// Somebody has another identity key than before.
    Identity,
}

impl Entry {
    pub(crate) fn new(kind: Kind, from: String, id: String) -> Self {
        Self {
            seq: 0,
            kind,
            from,
            id,
            text: None,
            r#type: None,
            chat: None,
            t: 0,
            details: Map::new(),
        }
    }
}

impl Inbox {
    /// Notes something that happened at a time, by the network's clock.
    pub(crate) fn push(&self, mut entry: Entry, t: u64) {
        entry.t = t;
        let mut entries = lock(&self.entries);
        if entries.len() >= ENTRIES {
            entries.pop_front();
        }
        let seq = *self.latest.borrow() + 1;
        entry.seq = seq;
        entries.push_back(entry);
        drop(entries);
        self.latest.send_replace(seq);
    }

    /// Entries after `since`, waiting up to `wait` for one, and the number to ask with next.
    pub(crate) async fn after(&self, since: u64, wait: Duration) -> (Vec<Entry>, u64) {
        let mut latest = self.latest.subscribe();
        // Running out of time is an answer too.
        let _ = tokio::time::timeout(wait, latest.wait_for(|latest| *latest > since)).await;
        let entries = lock(&self.entries);
        let found: Vec<Entry> = entries
            .iter()
            .filter(|entry| entry.seq > since)
            .cloned()
            .collect();
        let next = found.last().map_or(since, |entry| entry.seq);
        (found, next)
    }

    pub(crate) fn clear(&self) {
        lock(&self.entries).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reading_continues_where_it_stopped() {
        let inbox = Inbox::default();
        for id in ["a", "b"] {
            inbox.push(Entry::new(Kind::Message, "1@lid".to_owned(), id.to_owned()), 1);
        }
        let (entries, next) = inbox.after(0, Duration::ZERO).await;
        assert_eq!((entries.len(), next), (2, 2));
        assert!(inbox.after(next, Duration::ZERO).await.0.is_empty());
        inbox.push(Entry::new(Kind::Receipt, "1@lid".to_owned(), "c".to_owned()), 2);
        assert_eq!(inbox.after(next, Duration::from_secs(5)).await.0[0].id, "c");
    }
}

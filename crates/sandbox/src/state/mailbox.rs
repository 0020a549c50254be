//! Undelivered stanzas of one device.

use std::{collections::VecDeque, sync::Mutex};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use wacore_binary::CompactString;

use super::lock;
use crate::{keys, wire::Stanza};

/// Beyond this the oldest stanzas are dropped: a device that never confirms anything.
const CAPACITY: usize = 200_000;

/// What a device has to confirm, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Class {
    /// Confirmed by a receipt.
    Message,
    /// Confirmed by an ack.
    Receipt,
    /// Confirmed by an ack.
    Notification,
    /// Confirmed by an ack.
    Call,
}

impl Class {
    /// The class named by an ack.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "message" => Some(Self::Message),
            "receipt" => Some(Self::Receipt),
            "notification" => Some(Self::Notification),
            "call" => Some(Self::Call),
            _ => None,
        }
    }
}

/// A stanza on its way to one device.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) class: Class,
    pub(crate) id: CompactString,
    /// The account or group it comes from, so that equal ids of two senders stay apart.
    pub(crate) origin: CompactString,
    pub(crate) stanza: Stanza,
}

/// The stored form of a [`Parcel`].
#[derive(Serialize, Deserialize)]
pub(crate) struct ParcelRecord {
    class: Class,
    id: String,
    origin: String,
    #[serde(with = "keys::base64_bytes")]
    stanza: Vec<u8>,
}

/// One step of a delivery, in the order it goes over the wire.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// What the offline delivery will hold.
    Preview {
        messages: usize,
        receipts: usize,
        notifications: usize,
    },
    /// A stanza that waited for this login, with its position.
    Replayed(Stanza, usize),
    /// The offline delivery is over.
    BacklogEnd { count: usize },
    /// A stanza that came in while connected.
    Live(Stanza),
}

/// A FIFO that keeps every stanza until the device confirms it.
///
/// A stanza written to a socket stays here; if no confirmation comes it is replayed at the next
/// login.
#[derive(Default)]
pub(crate) struct Mailbox {
    inner: Mutex<Inner>,
    ready: Notify,
}

#[derive(Default)]
struct Inner {
    parcels: VecDeque<Parcel>,
    /// The connection that takes deliveries, once it has asked for them.
    reader: Option<u64>,
    /// Index of the first parcel not yet written to that connection.
    next: usize,
    /// How many parcels waited when the reader came, and how many of them are still unwritten.
    backlog: usize,
    backlog_left: usize,
    announced: bool,
    ended: bool,
}

impl Mailbox {
    pub(crate) fn restore(records: Vec<ParcelRecord>) -> Self {
        let parcels = records
            .into_iter()
            .map(|record| Parcel {
                class: record.class,
                id: record.id.into(),
                origin: record.origin.into(),
                stanza: Stanza::from_encoded(record.stanza),
            })
            .collect();
        Self {
            inner: Mutex::new(Inner {
                parcels,
                ..Inner::default()
            }),
            ready: Notify::new(),
        }
    }

    pub(crate) fn records(&self) -> Vec<ParcelRecord> {
        lock(&self.inner)
            .parcels
            .iter()
            .map(|parcel| ParcelRecord {
                class: parcel.class,
                id: parcel.id.to_string(),
                origin: parcel.origin.to_string(),
                stanza: parcel.stanza.as_bytes().to_vec(),
            })
            .collect()
    }

    pub(crate) fn push(&self, parcel: Parcel) {
        let mut inner = lock(&self.inner);
        if inner.parcels.len() >= CAPACITY {
            inner.remove(0);
        }
        inner.parcels.push_back(parcel);
        let wake = inner.reader.is_some();
        drop(inner);
        if wake {
            self.ready.notify_one();
        }
    }

    /// Gives deliveries to a connection from now on, everything unconfirmed first.
    ///
    /// Asking again on the same connection only repeats the end mark.
    pub(crate) fn open(&self, connection: u64) {
        let mut inner = lock(&self.inner);
        if inner.reader == Some(connection) {
            inner.backlog = 0;
            inner.backlog_left = 0;
        } else {
            inner.reader = Some(connection);
            inner.next = 0;
            inner.backlog = inner.parcels.len();
            inner.backlog_left = inner.backlog;
            inner.announced = false;
        }
        inner.ended = false;
        drop(inner);
        self.ready.notify_one();
    }

    /// Stops deliveries, unless another connection has taken over meanwhile.
    pub(crate) fn close(&self, connection: u64) {
        let mut inner = lock(&self.inner);
        if inner.reader == Some(connection) {
            inner.reader = None;
        }
    }

    /// Resolves when there may be something to take.
    pub(crate) async fn ready(&self) {
        self.ready.notified().await;
    }

    /// Takes up to `limit` steps; a full batch means that there may be more.
    pub(crate) fn take(&self, connection: u64, limit: usize, batch: &mut Vec<Delivery>) {
        let mut inner = lock(&self.inner);
        if inner.reader != Some(connection) {
            return;
        }
        if !inner.announced {
            inner.announced = true;
            if inner.backlog > 0 {
                batch.push(inner.preview());
            }
        }
        while batch.len() < limit {
            if inner.backlog_left == 0 && !inner.ended {
                inner.ended = true;
                batch.push(Delivery::BacklogEnd { count: inner.backlog });
                continue;
            }
            let Some(parcel) = inner.parcels.get(inner.next) else {
                return;
            };
            let stanza = parcel.stanza.clone();
            inner.next += 1;
            if inner.backlog_left > 0 {
                let position = inner.backlog - inner.backlog_left;
                inner.backlog_left -= 1;
                batch.push(Delivery::Replayed(stanza, position));
            } else {
                batch.push(Delivery::Live(stanza));
            }
        }
        drop(inner);
        self.ready.notify_one();
    }

    /// Forgets the oldest stanza of that class, id and origin. Returns whether there was one.
    pub(crate) fn confirm(&self, class: Class, id: &str, origin: &str) -> bool {
        let mut inner = lock(&self.inner);
        let found = inner
            .parcels
            .iter()
            .position(|parcel| parcel.id == id && parcel.class == class && parcel.origin == origin);
        if let Some(index) = found {
            inner.remove(index);
        }
        found.is_some()
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.inner).parcels.len()
    }
}

impl Inner {
    fn preview(&self) -> Delivery {
        let count = |class| self.parcels.iter().filter(|parcel| parcel.class == class).count();
        Delivery::Preview {
            messages: count(Class::Message),
            receipts: count(Class::Receipt),
            notifications: count(Class::Notification),
        }
    }

    fn remove(&mut self, index: usize) {
        self.parcels.remove(index);
        if index < self.next {
            self.next -= 1;
        } else if self.backlog_left > index - self.next {
            // It was part of the backlog and will not be written any more.
            self.backlog_left -= 1;
        }
    }
}

#[cfg(test)]
mod tests;

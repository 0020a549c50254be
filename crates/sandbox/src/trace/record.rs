use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::broadcast;

use super::{Direction, Filter, render::render};
use crate::{clock, state::lock};

/// Stanzas kept of one connection at most, and at least however many connections there are.
const MOST_ENTRIES: usize = 200;
const LEAST_ENTRIES: usize = 8;
/// Stanzas kept of all connections, roughly.
const TOTAL_ENTRIES: usize = 25_000;
/// Connections kept, unless more are alive.
const CONNECTIONS: usize = 128;
/// Larger stanzas are rendered at once instead of being kept.
const KEPT_BYTES: usize = 1024;
/// Lines that a live reader may be behind before it loses some.
const LIVE: usize = 1024;

/// The transcripts of recent connections.
pub(crate) struct Traces {
    recent: Mutex<VecDeque<Arc<Trace>>>,
    /// Connections in `recent`.
    connections: AtomicUsize,
    sequence: AtomicU64,
    live: broadcast::Sender<Arc<Line>>,
}

/// The transcript of one connection.
pub(crate) struct Trace {
    connection: u64,
    account: Mutex<Option<String>>,
    entries: Mutex<VecDeque<Entry>>,
}

struct Entry {
    sequence: u64,
    time: u64,
    direction: Direction,
    stanza: Recorded,
}

enum Recorded {
    Encoded(Bytes),
    Rendered(String),
}

/// One line of a transcript.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) sequence: u64,
    pub(crate) connection: u64,
    pub(crate) account: Option<String>,
    pub(crate) t: u64,
    pub(crate) direction: Direction,
    pub(crate) stanza: String,
}

impl Default for Traces {
    fn default() -> Self {
        Self {
            recent: Mutex::default(),
            connections: AtomicUsize::new(0),
            sequence: AtomicU64::new(1),
            live: broadcast::Sender::new(LIVE),
        }
    }
}

impl Traces {
    pub(crate) fn open(&self, connection: u64) -> Arc<Trace> {
        let trace = Arc::new(Trace {
            connection,
            account: Mutex::default(),
            entries: Mutex::default(),
        });
        let mut recent = lock(&self.recent);
        if recent.len() >= CONNECTIONS {
            // Nobody else holds the transcript of a connection that has ended.
            let ended = recent.iter().position(|trace| Arc::strong_count(trace) == 1);
            if let Some(ended) = ended {
                recent.remove(ended);
            }
        }
        recent.push_back(Arc::clone(&trace));
        self.connections.store(recent.len(), Ordering::Relaxed);
        trace
    }

    pub(crate) fn record(&self, trace: &Trace, direction: Direction, body: &[u8]) {
        let entry = Entry {
            sequence: self.sequence.fetch_add(1, Ordering::Relaxed),
            time: clock::machine(),
            direction,
            stanza: if body.len() > KEPT_BYTES {
                Recorded::Rendered(render(body))
            } else {
                // A copy, because the body shares the read buffer of its connection.
                Recorded::Encoded(Bytes::copy_from_slice(body))
            },
        };
        if self.live.receiver_count() > 0 {
            // Whoever listened may have left just now.
            let _ = self.live.send(Arc::new(trace.line(&entry)));
        }
        let share = TOTAL_ENTRIES / self.connections.load(Ordering::Relaxed).max(1);
        let room = share.clamp(LEAST_ENTRIES, MOST_ENTRIES);
        let mut entries = lock(&trace.entries);
        while entries.len() >= room {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// The latest lines that are wanted, oldest first.
    pub(crate) fn lines(&self, filter: &Filter, limit: usize) -> Vec<Line> {
        let recent: Vec<_> = lock(&self.recent).iter().cloned().collect();
        let mut lines = Vec::new();
        for trace in recent {
            if filter.wants_connection(trace.connection, lock(&trace.account).as_deref()) {
                let entries = lock(&trace.entries);
                let all = entries.iter().map(|entry| trace.line(entry));
                lines.extend(all.filter(|line| filter.wants(line)));
            }
        }
        lines.sort_by_key(|line| line.sequence);
        lines.drain(..lines.len().saturating_sub(limit));
        lines
    }

    /// Every line from now on.
    pub(crate) fn follow(&self) -> broadcast::Receiver<Arc<Line>> {
        self.live.subscribe()
    }

    pub(crate) fn clear(&self) {
        for trace in lock(&self.recent).iter() {
            lock(&trace.entries).clear();
        }
    }
}

impl Trace {
    /// Names the account once its login is known.
    pub(crate) fn set_account(&self, pn: &str) {
        *lock(&self.account) = Some(pn.to_owned());
    }

    fn line(&self, entry: &Entry) -> Line {
        Line {
            sequence: entry.sequence,
            connection: self.connection,
            account: lock(&self.account).clone(),
            t: entry.time,
            direction: entry.direction,
            stanza: match &entry.stanza {
                Recorded::Encoded(body) => render(body),
                Recorded::Rendered(text) => text.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use wacore_binary::builder::NodeBuilder;

    use super::*;
    use crate::wire::Stanza;

    fn body() -> Bytes {
        let node = NodeBuilder::new("message").attr("id", "A").build();
        Stanza::encode(&node).expect("encodes").body()
    }

    fn of(account: &str) -> Filter {
        serde_json::from_value(serde_json::json!({ "account": account })).expect("a filter")
    }

    #[test]
    fn lines_are_bounded_and_filtered() {
        let traces = Traces::default();
        let (one, other) = (traces.open(1), traces.open(2));
        one.set_account("15550000001");
        for _ in 0..MOST_ENTRIES + 5 {
            traces.record(&one, Direction::In, &body());
        }
        traces.record(&other, Direction::Out, &body());
        let count = |filter: &Filter| traces.lines(filter, 1000).len();
        assert_eq!(count(&Filter::default()), MOST_ENTRIES + 1);
        assert_eq!(count(&of("15550000001")), MOST_ENTRIES);
        let latest = traces.lines(&Filter::default(), 3);
        assert_eq!(latest.last().map(|line| line.connection), Some(2));
    }

    #[test]
    fn the_more_connections_the_less_is_kept_of_each() {
        let traces = Traces::default();
        let open: Vec<_> = (0..2000).map(|connection| traces.open(connection)).collect();
        for _ in 0..50 {
            traces.record(&open[0], Direction::In, &body());
        }
        assert_eq!(traces.lines(&Filter::default(), 1000).len(), TOTAL_ENTRIES / 2000);
    }

    #[test]
    fn ended_connections_make_room_first() {
        let traces = Traces::default();
        let alive = traces.open(0);
        traces.record(&alive, Direction::In, &body());
        for connection in 1..CONNECTIONS as u64 + 50 {
            drop(traces.open(connection));
        }
        assert_eq!(lock(&traces.recent).len(), CONNECTIONS);
        assert_eq!(traces.lines(&Filter::default(), 10)[0].connection, 0);
    }

    #[test]
    fn a_follower_sees_what_comes() {
        let traces = Traces::default();
        let trace = traces.open(1);
        let mut following = traces.follow();
        traces.record(&trace, Direction::Out, &body());
        let line = following.try_recv().expect("a line");
        assert_eq!((line.connection, &*line.stanza), (1, "<message id=A/>"));
    }
}

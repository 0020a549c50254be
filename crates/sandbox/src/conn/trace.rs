//! Bounded transcripts of connections, for the admin API.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wacore_binary::{NodeContentRef, NodeRef, marshal::unmarshal_ref};

use crate::{clock, state::lock};

/// Stanzas kept per connection.
const ENTRIES: usize = 100;
/// Connections kept, live ones included.
const CONNECTIONS: usize = 128;
/// Larger stanzas are rendered at once instead of being kept.
const KEPT_BYTES: usize = 1024;
/// Children and attributes shown per element.
const SHOWN_CHILDREN: usize = 12;

/// Which way a stanza went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// From the client.
    In,
    /// To the client.
    Out,
}

impl Direction {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// The transcripts of recent connections.
#[derive(Default)]
pub(crate) struct Traces {
    recent: Mutex<VecDeque<Arc<Trace>>>,
    sequence: AtomicU64,
}

/// The transcript of one connection.
pub(crate) struct Trace {
    pub(crate) connection: u64,
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

impl Traces {
    pub(crate) fn open(&self, connection: u64) -> Arc<Trace> {
        let trace = Arc::new(Trace {
            connection,
            account: Mutex::default(),
            entries: Mutex::default(),
        });
        let mut recent = lock(&self.recent);
        if recent.len() >= CONNECTIONS {
            recent.pop_front();
        }
        recent.push_back(Arc::clone(&trace));
        trace
    }

    pub(crate) fn record(&self, trace: &Trace, direction: Direction, body: &[u8]) {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed);
        let stanza = if body.len() > KEPT_BYTES {
            Recorded::Rendered(render(body))
        } else {
            // A copy, because the body shares the read buffer of its connection.
            Recorded::Encoded(Bytes::copy_from_slice(body))
        };
        let mut entries = lock(&trace.entries);
        if entries.len() >= ENTRIES {
            entries.pop_front();
        }
        entries.push_back(Entry {
            sequence,
            time: clock::now(),
            direction,
            stanza,
        });
    }

    /// The latest lines, oldest first, of one account or all.
    pub(crate) fn lines(&self, account: Option<&str>, limit: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        for trace in lock(&self.recent).iter() {
            let owner = lock(&trace.account).clone();
            if account.is_some() && account != owner.as_deref() {
                continue;
            }
            lines.extend(lock(&trace.entries).iter().map(|entry| Line {
                sequence: entry.sequence,
                connection: trace.connection,
                account: owner.clone(),
                t: entry.time,
                direction: entry.direction,
                stanza: match &entry.stanza {
                    Recorded::Encoded(body) => render(body),
                    Recorded::Rendered(text) => text.clone(),
                },
            }));
        }
        lines.sort_by_key(|line| line.sequence);
        lines.drain(..lines.len().saturating_sub(limit));
        lines
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
}

fn render(body: &[u8]) -> String {
    match unmarshal_ref(body) {
        Ok(node) => {
            let mut out = String::new();
            render_node(&node, &mut out);
            out
        }
        Err(_) => format!("[{} bytes that do not decode]", body.len()),
    }
}

/// Element names and attributes as they are; content only as its length.
fn render_node(node: &NodeRef<'_>, out: &mut String) {
    out.push('<');
    out.push_str(&node.tag);
    for (key, value) in node.attrs.iter() {
        // Writing to a string cannot fail.
        let _ = write!(out, " {}={value}", &**key);
    }
    match &node.content {
        None => out.push_str("/>"),
        Some(NodeContentRef::Bytes(bytes)) => {
            let _ = write!(out, ">[{} bytes]</{}>", bytes.len(), &*node.tag);
        }
        Some(NodeContentRef::String(text)) => {
            let _ = write!(out, ">[{} bytes]</{}>", text.len(), &*node.tag);
        }
        Some(NodeContentRef::Nodes(children)) => {
            out.push('>');
            for child in children.iter().take(SHOWN_CHILDREN) {
                render_node(child, out);
            }
            if let Some(more) = children.len().checked_sub(SHOWN_CHILDREN + 1) {
                let _ = write!(out, "[{} more]", more + 1);
            }
            let _ = write!(out, "</{}>", &*node.tag);
        }
    }
}

#[cfg(test)]
mod tests {
    use wacore_binary::builder::NodeBuilder;

    use super::*;
    use crate::wire::Stanza;

    fn body() -> Bytes {
        let node = NodeBuilder::new("message")
            .attr("id", "A")
            .children([NodeBuilder::new("enc").bytes(b"secret".to_vec()).build()])
            .build();
        Stanza::encode(&node).expect("encodes").body()
    }

    #[test]
    fn content_is_shown_as_a_length_only() {
        assert_eq!(render(&body()), "<message id=A><enc>[6 bytes]</enc></message>");
    }

    #[test]
    fn lines_are_bounded_and_filtered() {
        let traces = Traces::default();
        let (one, other) = (traces.open(1), traces.open(2));
        one.set_account("15550000001");
        for _ in 0..ENTRIES + 5 {
            traces.record(&one, Direction::In, &body());
        }
        traces.record(&other, Direction::Out, &body());
        assert_eq!(traces.lines(None, 1000).len(), ENTRIES + 1);
        assert_eq!(traces.lines(Some("15550000001"), 1000).len(), ENTRIES);
        assert_eq!(traces.lines(None, 3).last().map(|line| line.connection), Some(2));
    }
}

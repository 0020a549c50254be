use std::{fmt, sync::Arc};

use wacore::{
    proto_helpers::MessageExt as _,
    types::events::{Event, EventHandler, InboundMessage},
    xml::DisplayableNode,
};
use wacore_binary::Node;
use wagon_test_kit::Journal;

/// Something the library reported.
#[derive(Clone)]
pub struct Seen(Arc<Event>);

impl Seen {
    /// The event itself.
    pub fn event(&self) -> &Event {
        &self.0
    }

    /// The stanza, if it is the report of one; each comes before whatever else it causes.
    pub fn stanza(&self) -> Option<Node> {
        match &*self.0 {
            Event::RawNode(node) => Some(node.to_owned_node()),
            _ => None,
        }
    }

    /// The text messages in it. Copies that the own phone handed over when a message could not be opened are left out:
    /// the library reports them besides what the sender repeats, and tells them apart.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &InboundMessage)> {
        self.0
            .messages()
            .filter(|message| message.info.unavailable_request_id.is_none())
            .filter_map(|message| Some((message.message.text_content()?, message)))
    }
}

/// Kinds of events, and stanzas in full.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stanza() {
            Some(node) => DisplayableNode(&node).fmt(f),
            None => write!(f, "{:?}", self.0),
        }
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Writes all events of a client down.
pub(crate) struct Scribe(pub(crate) Arc<Journal<Seen>>);

impl EventHandler for Scribe {
    fn handle_event(&self, event: Arc<Event>) {
        self.0.push(Seen(event));
    }
}

/// An attribute of a stanza as text, empty if there is none.
pub fn attr(node: &Node, key: &str) -> String {
    node.attrs
        .get(key)
        .map(|value| value.as_str().into_owned())
        .unwrap_or_default()
}

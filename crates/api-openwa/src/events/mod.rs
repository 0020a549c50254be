//! The event log in the dialect's words: the same for webhooks and for sockets.
//!
//! One event of the log is several of the dialect's, one, or none: [`told`] says which. Webhooks pick what
//! they asked for by name and by [`filter`].

mod data;
mod filter;
mod key;
mod letters;
mod message;
mod names;

pub(crate) use filter::check as check_filters;
pub use letters::OpenWaLetters;
pub(crate) use names::{EVERYTHING, NAMES, TEST, kinds, tells_of};

use serde_json::{Map, Value};
use wagon_domain::{Event, Message};

/// One event of the dialect.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) name: &'static str,
    pub(crate) data: Map<String, Value>,
}

/// What the dialect says of an event; `message` is what the event is about, where that was looked up.
pub(crate) fn told(event: &Event, message: Option<&Message>) -> Vec<Told> {
    data::of(event, message)
}

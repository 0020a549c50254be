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
mod response;

pub(crate) use filter::check as check_filters;
pub use letters::OpenWaLetters;
pub(crate) use letters::repeat_key;
pub(crate) use names::{EVERYTHING, NAMES, TEST, kinds, subscribable, tells_of};

use serde_json::{Map, Value};
use wagon_domain::{Event, EventBody, Jid, Message, MessageStatus, WaMessageId};

use crate::jid;

/// One event of the dialect.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) name: &'static str,
    pub(crate) data: Map<String, Value>,
}

impl Told {
    /// The chat that it happened in; none for what is about the session.
    pub(crate) fn chat(&self) -> Option<Jid> {
        let call = self.name.starts_with("call.").then_some("from");
        let mut names = ["chatId", "groupId"].into_iter().chain(call);
        let text = names.find_map(|name| self.data.get(name)?.as_str())?;
        jid::from_text(text).ok()
    }
}

/// The stored message that has to be known to tell of the event.
pub(crate) fn about(event: &Event) -> Option<(&Jid, &WaMessageId)> {
    match &event.body {
        EventBody::MessageStatus {
            chat,
            ids,
            status: MessageStatus::Sent,
            outbox: Some(_),
            ..
        } => ids.first().map(|id| (chat, id)),
        _ => None,
    }
}

/// What is to be known beside an event.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Background<'a> {
    /// What the event is about, where that was looked up.
    pub(crate) message: Option<&'a Message>,
    /// The account's own address.
    pub(crate) account: Option<&'a Jid>,
    /// The bytes of the message's file.
    pub(crate) file: Option<&'a [u8]>,
}

/// What the dialect says of an event.
pub(crate) fn told(event: &Event, background: Background<'_>) -> Vec<Told> {
    data::of(event, background)
}

//! Messages a phone has seen, for what refers to them later: votes, responses, media to open or upload again.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use wacore::proto_helpers::MessageExt as _;
use wacore_binary::Jid;
use waproto::whatsapp::Message;

use crate::state::lock;

/// Messages kept per phone.
const KEPT: usize = 1024;

#[derive(Default)]
pub(super) struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    messages: HashMap<String, SeenMessage>,
    oldest_first: VecDeque<String>,
}

/// A message as it came or went.
#[derive(Clone)]
pub(crate) struct SeenMessage {
    pub(crate) own: bool,
    pub(crate) author: Jid,
    pub(crate) message: Arc<Message>,
}

impl SeenMessage {
    /// The message without its wrappers.
    pub(crate) fn base(&self) -> &Message {
        let base = self.message.get_base_message();
        base.associated_child_message
            .as_option()
            .and_then(|wrapper| wrapper.message.as_option())
            .map_or(base, |inner| inner.get_base_message())
    }

    /// What votes in a poll and responses to an event are sealed with.
    pub(super) fn secret(&self) -> Option<&[u8]> {
        [&*self.message, self.base()].into_iter().find_map(|message| {
            message
                .message_context_info
                .as_option()?
                .message_secret
                .as_deref()
        })
    }
}

impl Memory {
    pub(super) fn note(&self, id: &str, own: bool, author: Jid, message: &Arc<Message>) {
        let mut kept = lock(&self.0);
        let seen = SeenMessage {
            own,
            author,
            message: Arc::clone(message),
        };
        if kept.messages.insert(id.to_owned(), seen).is_none() {
            kept.oldest_first.push_back(id.to_owned());
        }
        if kept.oldest_first.len() > KEPT
            && let Some(oldest) = kept.oldest_first.pop_front()
        {
            kept.messages.remove(&oldest);
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<SeenMessage> {
        lock(&self.0).messages.get(id).cloned()
    }
}

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use buffa::{Message as _, MessageField};
use serde::{Deserialize, Serialize};
use waproto::whatsapp::{
    Conversation, HistorySyncMsg, Message, MessageKey, WebMessageInfo, web_message_info::Status,
};

use crate::{
    phone::{content, reading},
    state::lock,
};

/// Messages kept per phone of what it has sent and received itself.
const KEPT: usize = 1000;

/// What a phone remembers of its conversations.
#[derive(Default)]
pub(crate) struct Book(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    /// What the phone has lived through, the oldest first: the chat, and the message in the encoded form, which takes a
    /// tenth of the memory.
    seen: VecDeque<(String, Vec<u8>)>,
    /// What it was told to have had before, by chat.
    past: BTreeMap<String, Past>,
}

/// A conversation from before the phone was switched on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Past {
    /// The chat's JID.
    pub(crate) jid: String,
    /// The subject of a group, or the name of a contact.
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) unread: u32,
    #[serde(default)]
    pub(crate) archived: bool,
    #[serde(default)]
    pub(crate) pinned: bool,
    #[serde(default)]
    pub(crate) messages: Vec<PastMessage>,
}

/// A text from before.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PastMessage {
    pub(crate) id: String,
    pub(crate) text: String,
    /// Seconds since the epoch.
    pub(crate) t: u64,
    #[serde(default)]
    pub(crate) from_me: bool,
    /// The author, in a group.
    #[serde(default)]
    pub(crate) participant: Option<String>,
    #[serde(default)]
    pub(crate) push_name: Option<String>,
}

/// A message of a conversation, for people.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spoken {
    id: String,
    from_me: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The kind of content, as inboxes name it.
    r#type: &'static str,
    pub(crate) t: u64,
}

/// A message as the phone's worker sees it.
pub(crate) struct Seen<'m> {
    pub(crate) chat: String,
    pub(crate) id: &'m str,
    /// The author's address; `None` when it is the phone's own account.
    pub(crate) author: Option<String>,
    pub(crate) push_name: Option<String>,
    pub(crate) message: &'m Message,
    /// When, in the network's time.
    pub(crate) t: u64,
}

impl Book {
    pub(crate) fn note(&self, seen: Seen<'_>) {
        let in_group = seen.chat.ends_with("@g.us");
        let info = WebMessageInfo {
            key: MessageField::some(MessageKey {
                remote_jid: Some(seen.chat.clone()),
                from_me: Some(seen.author.is_none()),
                id: Some(seen.id.to_owned()),
                participant: seen.author.clone().filter(|_| in_group),
            }),
            message: MessageField::some(seen.message.clone()),
            message_timestamp: Some(seen.t),
            status: seen.author.is_none().then_some(Status::DELIVERY_ACK),
            participant: seen.author.filter(|_| in_group),
            push_name: seen.push_name,
            ..Default::default()
        };
        let mut pages = lock(&self.0);
        if pages.seen.len() >= KEPT {
            pages.seen.pop_front();
        }
        pages.seen.push_back((seen.chat, info.encode_to_vec()));
    }

    /// The latest messages of every conversation, oldest first, in words.
    pub(crate) fn spoken(&self, limit: usize) -> BTreeMap<String, Vec<Spoken>> {
        let pages = lock(&self.0);
        let mut spoken: BTreeMap<String, Vec<Spoken>> = BTreeMap::new();
        for (chat, past) in &pages.past {
            let infos = past
                .messages
                .iter()
                .map(|message| Spoken::from(message.info(chat)));
            spoken.entry(chat.clone()).or_default().extend(infos);
        }
        for (chat, info) in pages.seen() {
            spoken.entry(chat.to_owned()).or_default().push(info.into());
        }
        for messages in spoken.values_mut() {
            messages.drain(..messages.len().saturating_sub(limit));
        }
        spoken
    }

    /// Adds conversations from before; one that is there already is replaced.
    pub(crate) fn add(&self, conversations: Vec<Past>) {
        let mut pages = lock(&self.0);
        for past in conversations {
            pages.past.insert(past.jid.clone(), past);
        }
    }

    pub(crate) fn past(&self) -> Vec<Past> {
        lock(&self.0).past.values().cloned().collect()
    }

    /// Every conversation with its messages, the latest first.
    pub(super) fn conversations(&self) -> Vec<Conversation> {
        let pages = lock(&self.0);
        let mut messages: BTreeMap<&str, Vec<WebMessageInfo>> = BTreeMap::new();
        for (chat, past) in &pages.past {
            let infos = past.messages.iter().map(|message| message.info(chat));
            messages.entry(chat).or_default().extend(infos);
        }
        for (chat, info) in pages.seen() {
            messages.entry(chat).or_default().push(info);
        }
        messages
            .into_iter()
            .map(|(chat, infos)| conversation(chat, pages.past.get(chat), infos))
            .collect()
    }

    /// A message by its id.
    pub(super) fn find(&self, id: &str) -> Option<WebMessageInfo> {
        let pages = lock(&self.0);
        let mut seen = pages.seen().rev().map(|(_, info)| info);
        if let Some(info) = seen.find(|info| info.key.id.as_deref() == Some(id)) {
            return Some(info);
        }
        pages.past.iter().find_map(|(chat, past)| {
            let message = past.messages.iter().find(|message| message.id == id)?;
            Some(message.info(chat))
        })
    }

    /// Messages of a chat before a time in seconds, the latest first.
    pub(super) fn before(&self, chat: &str, time: u64, limit: usize) -> Vec<WebMessageInfo> {
        let conversation = self.conversations().into_iter().find(|found| found.id == chat);
        conversation
            .map(|conversation| conversation.messages)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|message| message.message.into_option())
            .filter(|info| info.message_timestamp.unwrap_or_default() < time)
            .take(limit)
            .collect()
    }
}

impl Pages {
    fn seen(&self) -> impl DoubleEndedIterator<Item = (&str, WebMessageInfo)> {
        self.seen.iter().filter_map(|(chat, info)| {
            let info = WebMessageInfo::decode_from_slice(info).ok()?;
            Some((chat.as_str(), info))
        })
    }
}

impl From<WebMessageInfo> for Spoken {
    fn from(info: WebMessageInfo) -> Self {
        let message = info.message.as_option();
        Self {
            id: info.key.id.clone().unwrap_or_default(),
            from_me: info.key.from_me.unwrap_or_default(),
            text: message.and_then(content::text_of),
            r#type: message.map_or("other", reading::kind),
            t: info.message_timestamp.unwrap_or_default(),
            name: info.push_name,
        }
    }
}

impl PastMessage {
    fn info(&self, chat: &str) -> WebMessageInfo {
        let participant = self.participant.clone().filter(|_| !self.from_me);
        WebMessageInfo {
            key: MessageField::some(MessageKey {
                remote_jid: Some(chat.to_owned()),
                from_me: Some(self.from_me),
                id: Some(self.id.clone()),
                participant: participant.clone(),
            }),
            message: MessageField::some(Message {
                conversation: Some(self.text.clone()),
                ..Default::default()
            }),
            message_timestamp: Some(self.t),
            status: self.from_me.then_some(Status::READ),
            participant,
            push_name: self.push_name.clone(),
            ..Default::default()
        }
    }
}

/// Clients expect the messages of a conversation from the latest to the oldest.
fn conversation(chat: &str, past: Option<&Past>, mut infos: Vec<WebMessageInfo>) -> Conversation {
    infos.sort_by_key(|info| std::cmp::Reverse(info.message_timestamp));
    let last = infos.first().and_then(|info| info.message_timestamp);
    Conversation {
        id: chat.to_owned(),
        name: past.and_then(|past| past.name.clone()),
        unread_count: past.map(|past| past.unread),
        archived: past.map(|past| past.archived),
        pinned: past.filter(|past| past.pinned).map(|_| 1),
        last_msg_timestamp: last,
        conversation_timestamp: last,
        end_of_history_transfer: Some(true),
        messages: infos
            .into_iter()
            .enumerate()
            .map(|(order, info)| HistorySyncMsg {
                message: MessageField::some(info),
                msg_order_id: Some(order as u64),
            })
            .collect(),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_and_present_are_one_conversation() {
        let book = Book::default();
        let chat = "15550000001@s.whatsapp.net";
        book.add(vec![Past {
            jid: chat.to_owned(),
            unread: 2,
            messages: vec![PastMessage {
                id: "OLD".to_owned(),
                text: "long ago".to_owned(),
                t: 1_600_000_000,
                from_me: true,
                participant: None,
                push_name: None,
            }],
            ..Past::default()
        }]);
        book.note(Seen {
            chat: chat.to_owned(),
            id: "NEW",
            author: Some(chat.to_owned()),
            push_name: None,
            message: &Message::default(),
            t: 1_700_000_000,
        });
        let conversations = book.conversations();
        assert_eq!(conversations.len(), 1);
        let ids: Vec<_> = conversations[0]
            .messages
            .iter()
            .filter_map(|message| message.message.key.id.clone())
            .collect();
        assert_eq!(ids, ["NEW", "OLD"]);
        assert_eq!(conversations[0].unread_count, Some(2));
        assert_eq!(book.before(chat, 1_600_000_001, 5).len(), 1);
        assert!(book.find("OLD").is_some() && book.find("NONE").is_none());
    }
}

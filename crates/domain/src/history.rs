//! What the phone hands over when a device is linked.

use crate::clock::Timestamp;
use crate::contact::Names;
use crate::message::{Chat, Inbound, MessageStatus};

/// One part of an account's history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryPart {
    pub conversations: Vec<PastChat>,
    /// People with both addresses, as far as they are known, and their names.
    pub people: Vec<(Chat, Names)>,
    /// How much of the whole has come, in percent, when the phone says so.
    pub progress: Option<u32>,
    /// Asked for by Wagon, and no part of the transfer at linking.
    pub on_demand: bool,
}

/// A conversation from before the device was linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastChat {
    pub chat: Chat,
    pub name: Option<String>,
    pub unread: Option<u32>,
    pub archived: Option<bool>,
    pub pinned: Option<bool>,
    pub muted_until: Option<Timestamp>,
    pub messages: Vec<PastMessage>,
}

/// A message from before. Own ones carry how far they had come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastMessage {
    pub message: Inbound,
    pub status: Option<MessageStatus>,
}

/// How far the import of a session's history has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HistoryImport {
    /// Percent of what the phone hands over at linking.
    pub progress: i64,
    pub chats: i64,
    pub messages: i64,
    pub updated_at: Option<Timestamp>,
}

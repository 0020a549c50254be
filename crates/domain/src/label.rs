//! Labels: how a business sorts its chats.

use crate::jid::Jid;

/// A label of the account. Its id is chosen by whoever makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub id: String,
    pub name: String,
    /// WhatsApp's number for the colour.
    pub color: i32,
}

/// A change to the labels of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelChange {
    /// Made, or made anew.
    Set(Label),
    Deleted {
        label: String,
    },
    /// Put on a chat, or taken off it.
    Put {
        label: String,
        chat: Jid,
        on: bool,
    },
}

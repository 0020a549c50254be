//! What the account's user decides about a chat.

use crate::clock::Timestamp;
use crate::id::WaMessageId;

/// Until when a chat is muted that nobody will hear again: the last moment of the year 9999, which fits
/// into every client's idea of a date.
pub const MUTED_FOR_GOOD: Timestamp = Timestamp::from_millis(253_402_300_799_000);

/// A change to a chat, made on any device of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatChange {
    Archived(bool),
    Pinned(bool),
    MutedUntil(Option<Timestamp>),
    /// Read, or marked as unread.
    Read(bool),
    /// Its messages are gone, the chat is not.
    Cleared,
    Deleted,
    /// One message was deleted for the account alone; others keep it.
    MessageDeleted {
        message: WaMessageId,
        from_me: bool,
    },
}

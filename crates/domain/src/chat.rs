//! What the account's user decides about a chat.

use crate::clock::Timestamp;

/// Until when a chat is muted that nobody will hear again: the last moment of the year 9999, which fits
/// into every client's idea of a date.
pub const MUTED_FOR_GOOD: Timestamp = Timestamp::from_millis(253_402_300_799_000);

/// A change to a chat, made on any device of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatChange {
    Archived(bool),
    Pinned(bool),
    MutedUntil(Option<Timestamp>),
    /// Read, or marked as unread.
    Read(bool),
    /// Its messages are gone, the chat is not.
    Cleared,
    Deleted,
}

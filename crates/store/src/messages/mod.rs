//! Messages, and what each does to its chat.

mod change;
mod counts;
mod insert;
mod merge;
mod outgoing;
mod polls;
mod prune;
mod read;
mod search;
mod standing;
mod status;
mod wire;
mod words;

pub use change::Editor;
pub use counts::{ChatCount, MessageCount};
pub use insert::NewMessage;
pub(crate) use outgoing::sent_query;
pub use polls::EndingPoll;
pub use search::{KindFilter, MessageFilter, Start};
pub use status::Moved;
pub use words::MessageSearch;

//! Groups and who is in them, as each session knows them: nothing is shared between sessions.

mod members;
mod read;
mod write;

pub use write::KnownGroup;

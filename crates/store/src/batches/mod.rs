//! Batches and their items.

mod progress;
mod read;
mod write;

pub use read::{BatchTurn, OpenBatch};
pub use write::Planned;

//! The outbox: accepted sends until WhatsApp has taken or refused them, and for some days after.

mod accept;
mod holds;
mod open;
mod read;
mod row;
mod settle;

pub use accept::Accepted;
pub(crate) use accept::entry_query;
pub use settle::Acknowledged;

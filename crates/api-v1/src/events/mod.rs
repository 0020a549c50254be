//! The event log in the dialect's words.

mod calendar;
mod details;
mod filter;
mod message;
mod payload;
mod recap;
mod render;

pub use filter::filter;
pub(crate) use render::payload_schema;
pub use render::render;

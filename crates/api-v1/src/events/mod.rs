//! The event log in the dialect's words.

mod details;
mod filter;
mod message;
mod recap;
mod render;

pub use filter::filter;
pub use render::render;

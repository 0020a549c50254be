//! Sends, and what became of them.

mod cancel;
mod get;
mod list;
mod view;

pub(crate) use cancel::handler as cancel;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;

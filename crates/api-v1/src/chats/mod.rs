//! Chats.

mod get;
mod list;
mod view;

pub(crate) use get::handler as get;
pub(crate) use list::handler as list;

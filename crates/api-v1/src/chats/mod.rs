//! Chats.

mod change;
mod delete;
mod get;
mod list;
mod read;
mod view;

pub(crate) use change::handler as change;
pub(crate) use delete::handler as delete;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;
pub(crate) use read::handler as read;

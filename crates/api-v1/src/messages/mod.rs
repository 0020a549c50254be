//! Messages.

mod list;
mod result;
mod send;
mod view;

pub(crate) use list::handler as list;
pub(crate) use send::handler as send;

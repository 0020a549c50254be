//! Channels.

mod act;
mod create;
mod messages;
mod path;

pub(crate) use act::handler as act;
pub(crate) use create::handler as create;
pub(crate) use messages::handler as messages;

//! Newsletters, which the app calls channels: who follows them and what was posted.

mod channel;
mod post;
mod record;
mod registry;

pub(crate) use channel::{Change, Channel, Denied, Mutes, Role};
pub(crate) use post::Post;
pub(crate) use record::ChannelRecord;
pub(crate) use registry::Channels;

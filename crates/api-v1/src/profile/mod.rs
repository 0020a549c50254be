//! The account's own profile, and the history it came with.

mod change;
mod get;
mod history;
mod picture;
mod view;

pub(crate) use change::handler as change;
pub(crate) use get::handler as get;
pub(crate) use history::handler as history;
pub(crate) use picture::{remove as remove_picture, set as set_picture};

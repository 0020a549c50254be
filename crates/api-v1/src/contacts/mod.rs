//! People.

mod about;
mod block;
mod check;
mod get;
mod list;
mod picture;
mod view;

pub(crate) use about::handler as about;
pub(crate) use block::{block, list as blocked, unblock};
pub(crate) use check::handler as check;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;
pub(crate) use picture::handler as picture;

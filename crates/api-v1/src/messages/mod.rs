//! Messages.

mod compose;
mod failure;
mod get;
mod list;
mod media;
mod operate;
mod options;
mod result;
mod send;
mod view;

pub(crate) use failure::Failure;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;
pub(crate) use media::handler as media;
pub(crate) use operate::{Edit, Forward, React, Revoke, Unreact, Vote, handler as operate};
pub(crate) use send::handler as send;
pub(crate) use view::View;

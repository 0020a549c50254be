//! Groups, their members and their invite links.

mod act;
mod add_members;
mod approve;
mod change_member;
mod create;
mod get;
mod invite;
mod join;
mod list;
mod members;
mod path;
mod remove_member;
mod renew_invite;
mod requests;
mod update;
mod view;

pub(crate) use act::handler as act;
pub(crate) use add_members::handler as add_members;
pub(crate) use approve::handler as approve;
pub(crate) use change_member::{demote, promote};
pub(crate) use create::handler as create;
pub(crate) use get::handler as get;
pub(crate) use invite::handler as invite;
pub(crate) use join::handler as join;
pub(crate) use list::handler as list;
pub(crate) use members::handler as members;
pub(crate) use remove_member::handler as remove_member;
pub(crate) use renew_invite::handler as renew_invite;
pub(crate) use requests::handler as requests;
pub(crate) use update::handler as update;

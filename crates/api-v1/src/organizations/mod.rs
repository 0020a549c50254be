//! Organisations and their members.

mod add_member;
mod create;
mod delete;
mod get;
mod list;
mod member;
mod members;
mod path;
mod remove_member;
mod update;
mod update_member;
mod view;

pub(crate) use add_member::handler as add_member;
pub(crate) use create::handler as create;
pub(crate) use delete::handler as delete;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;
pub(crate) use members::handler as members;
pub(crate) use remove_member::handler as remove_member;
pub(crate) use update::handler as update;
pub(crate) use update_member::handler as update_member;
pub(crate) use view::View as OrganizationView;

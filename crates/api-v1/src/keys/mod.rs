//! API keys.

mod create;
mod delete;
mod get;
mod list;
mod path;
mod view;

pub(crate) use create::handler as create;
pub(crate) use delete::handler as delete;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;
pub(crate) use view::View as KeyView;

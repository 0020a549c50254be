//! People who can sign in; for those who run the gateway.

mod create;
mod delete;
mod fields;
mod get;
mod list;
mod path;
mod update;
mod view;

pub(crate) use create::handler as create;
pub(crate) use delete::handler as delete;
pub(crate) use fields::email;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;
pub(crate) use path::parse as parse_id;
pub(crate) use update::handler as update;
pub(crate) use view::View as UserView;

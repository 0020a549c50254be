//! Sessions.

mod act;
mod create;
mod delete;
mod get;
mod list;
mod me;
mod pairing_code;
mod qr;
mod update;
mod view;

pub(crate) use act::handler as act;
pub(crate) use create::handler as create;
pub(crate) use delete::handler as delete;
pub(crate) use get::handler as get;
pub(crate) use list::handler as list;
pub(crate) use me::handler as me;
pub(crate) use pairing_code::handler as pairing_code;
pub(crate) use qr::handler as qr;
pub(crate) use update::handler as update;
pub(crate) use view::{Reason, View as SessionView};

//! Presence: of people, in chats, of the account.

mod account;
mod get;
mod show;
mod view;

pub(crate) use account::handler as set_account;
pub(crate) use get::handler as get;
pub(crate) use show::handler as show;
pub(crate) use view::View;

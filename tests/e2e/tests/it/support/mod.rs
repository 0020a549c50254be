//! What several subjects share.

mod cli;
mod events;
mod keys;
mod postgres;
mod scene;

pub(crate) use cli::{run, wagon};
pub(crate) use events::{BEGINNING, is_message, log_until, messages, statuses};
pub(crate) use keys::{foreign_key, limited_key};
pub(crate) use postgres::on_postgres;
pub(crate) use scene::{Scene, string, text};

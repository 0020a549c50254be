//! What several subjects share.

mod announce;
mod baileys;
mod cli;
mod events;
mod keys;
mod postgres;
mod scene;

pub(crate) use announce::announce;
pub(crate) use baileys::{PIXELS, Person, assert_same_file, call, content_of_every_kind};
pub(crate) use cli::{run, wagon};
pub(crate) use events::{BEGINNING, is_message, log_until, messages, statuses};
pub(crate) use keys::{foreign_key, limited_key};
pub(crate) use postgres::on_postgres;
pub(crate) use scene::{Scene, string, text};

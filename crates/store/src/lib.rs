//! The gateway's database: SQLite or Postgres behind one API and one SQL text.
//!
//! One module per aggregate holds its row types, its writes (methods of [`Tx`]) and its reads
//! (methods of [`Store`]). Reads use a pool of connections. All writes pass through one writer,
//! which commits many at a time: a finished [`Store::write`] is on disk, and a group of them costs
//! one flush. The event log is a table like the others, so a change and the events that tell of it
//! commit together; subscribers hear of an event after its commit, in the order of ids.
//!
//! Everything of a session refers to its row and goes when that goes; without one, nothing can be
//! stored for it.
//!
//! The crate knows the words of `wagon_domain` and SQL. It must not know who calls it: no HTTP, no
//! WhatsApp, no rules about who may do what or what follows from what. Times and ids of records
//! come in as arguments; only event ids are made here, because only the writer knows their order.
//!
//! To add an aggregate: a migration with the same number in `migrations/sqlite` and
//! `migrations/postgres`; a module with a private row struct, `TryFrom` into the domain type, and
//! methods on `Tx` and `Store`; a file in `tests/suite`, which runs on both databases. Statements
//! stay in the common dialect; where there is none, `Sql::Per` holds both.

mod aliases;
mod audit;
mod batches;
mod chat_changes;
mod chats;
mod config;
mod conn;
mod connect;
mod contacts;
mod crypto;
mod device_state;
mod error;
mod events;
mod groups;
mod history;
mod horizon;
mod identity;
mod job;
mod key_file;
mod keys;
mod labels;
mod messages;
mod meta;
mod orgs;
mod outbox;
mod people;
mod row;
mod schema;
mod session_options;
mod sessions;
mod sql;
mod statuses;
mod store;
mod templates;
mod tx;
mod value;
mod webhooks;
mod writer;

pub use audit::AuditFilter;
pub use batches::{BatchTurn, OpenBatch, Planned};
pub use chat_changes::Unread;
pub use config::{Config, DatabaseUrl, InvalidDatabaseUrl};
pub use contacts::{ContactFilter, Learnt};
pub use crypto::{Cipher, Undecryptable};
pub use device_state::StateRow;
pub use error::Error;
pub use events::{EventFilter, NewEvent};
pub use groups::KnownGroup;
pub use horizon::Horizon;
pub use identity::{ExternalIdentity, Member, Membership, RefreshToken, TokenKey, User};
pub use key_file::KeyFileError;
pub use keys::{ApiKey, Uses};
pub use messages::{
    ChatCount, Editor, EndingPoll, KindFilter, MessageCount, MessageFilter, MessageSearch, Moved, NewMessage,
    Start,
};
pub use orgs::Org;
pub use outbox::{Accepted, Acknowledged};
pub use store::Store;
pub use tx::Tx;
pub use webhooks::{Again, DeliveryFilter, Due, GivenUp, Lane, Settled, Wake};

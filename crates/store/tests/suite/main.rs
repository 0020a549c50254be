//! What the store promises, checked on both databases.
//!
//! Tests run on SQLite always, and on Postgres when `TESTS_POSTGRES` has the URL of a database
//! on a server where databases may be created: each test makes its own. With
//! `TESTS_REQUIRE_POSTGRES=1` a missing URL fails the Postgres tests instead of passing over them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod batches;
mod chats;
mod contacts;
mod content;
mod counts;
mod database;
mod device_state;
mod encryption;
mod event_order;
mod events;
mod fixtures;
mod groups;
mod history;
mod identity;
mod keys;
mod labels;
mod merge;
mod messages;
mod meta;
mod outbox;
mod postgres_only;
mod receipts;
mod restart;
mod schema;
mod search;
mod session_options;
mod sessions;
mod templates;
mod webhooks;
mod words;
mod writer;

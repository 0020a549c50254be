//! The network from outside: real sockets, an independent initiator, the admin API over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod app_state;
mod calls;
mod channels;
mod clock;
mod faults;
mod groups;
mod handshake;
mod history;
mod identity;
mod login;
mod messages;
mod observe;
mod offline;
mod pairing;
mod pairing_code;
mod presence;
mod profile;
mod requests;
mod restart;
mod script_content;
mod scripts;
mod statuses;
mod support;
mod trust;

//! Calls as they are made: to a real server, past a resolver that lies when it is told to.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fetch;
mod names;
mod notify;
mod server;
mod ssrf;
mod tls;
mod urls;

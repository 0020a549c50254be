//! Who is calling: people, organisations, keys, tokens, and what is noted about them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod audit;
mod command_line;
mod crowd;
mod issuer;
mod keys;
mod oidc;
mod organizations;
mod sign_in;
mod streams;
mod tokens;
mod users;

pub(crate) use crowd::Crowd;

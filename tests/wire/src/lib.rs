//! The sandbox's wire behaviour, seen by a client that others make: whatsapp-rust as published.
//!
//! The client links over the wire, by XX, which needs it to accept the sandbox's certificate chain. That is why this
//! package is outside the workspace; see `Cargo.toml`. The network is the workspace's own binary.

mod client;
mod hook;
mod http;
mod network;
mod seen;

pub use client::{Client, FanOut, Linking};
pub use hook::Commits;
pub use network::Network;
pub use seen::{Seen, attr};

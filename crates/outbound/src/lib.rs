//! Calls to URLs that users gave: webhooks and media. Nothing else in the gateway makes them.
//!
//! Whoever may name a URL could have the gateway reach what only it can reach: its own ports, the
//! private network around it, a cloud's metadata service. So every connection passes one place, the
//! connector, and that one resolves the name, checks each address it got, and dials exactly those
//! addresses. A literal address takes the same way, and so does every redirect. A name that resolves
//! to something else the next time is judged by what it resolves to then.
//!
//! What may be reached beyond the public Internet is configuration ([`Allow`]), so tests permit
//! loopback the way an operator would. No proxy is read from the environment. Each call is limited
//! in bytes, time and hops, and its failure says why in words for the owner of the URL.
//!
//! The crate does not know what is sent or why.

mod address;
mod allow;
mod client;
mod connector;
mod dial;
mod error;
mod get;
mod link;
mod post;
mod resolve;

pub use address::Reserved;
pub use allow::{Allow, InvalidAllow};
pub use client::{Options, Outbound};
pub use dial::DialError;
pub use error::{Error, Refusal};
pub use get::{Download, Limits};
pub use post::{Post, Reply, RetryAfter};
pub use resolve::{Resolve, SystemResolver};

//! The event log over HTTP: live as NDJSON, server-sent events and WebSocket, or page by page.
//!
//! A connection is a reader of the log with a position. It pulls an event when its client has taken
//! the one before, so a slow client costs no memory: it is behind, and the log is its buffer. The
//! crate does not know what events look like on the wire; the dialect that mounts it says so in
//! [`State`].

mod events;
mod feed;
mod ndjson;
mod page;
mod params;
mod router;
mod sse;
mod state;
mod websocket;

pub use router::router;
pub use state::{Kinds, State};

//! The event log as live connections: NDJSON over plain HTTP, and WebSocket.
//!
//! A connection is a reader of the log with a position. It pulls an event when its client has taken
//! the one before, so a slow client costs no memory: it is behind, and the log is its buffer. The
//! crate does not know what events look like on the wire; the dialect that mounts it says so in
//! [`State`].

mod feed;
mod ndjson;
mod router;
mod state;
mod websocket;

pub use router::router;
pub use state::{Kinds, State};

//! Events over Socket.IO, in the namespace `/events`.
//!
//! A socket is one more reader of the event log, with a list of what its client asked for. What it tells is what
//! webhooks tell. A client says everything in frames called `message`, and is answered in the same.

mod asked;
mod follower;
mod frame;
mod limits;
mod namespace;
mod rooms;

pub use namespace::{Sockets, socket_io};

//! [`wagon_engine::Engine`] on the crate `whatsapp-rust`.
//!
//! The only crate of the gateway that names whatsapp-rust or wacore. It turns domain commands into
//! client calls, client events into domain words, and keeps each session's keys in Wagon's store
//! through the library's storage traits ([`DeviceBackend`]). It knows nothing of HTTP or use cases.
//!
//! Five promises live here:
//! - an inbound message is acknowledged to WhatsApp only after the [`wagon_engine::Inbox`] stored it
//!   (`hook`);
//! - one that is delivered again and was never stored is asked for again (`redelivered`);
//! - a send is done only when WhatsApp's server acknowledged it (`acks`, `send`);
//! - a request to send a message again stays open until it is answered (`retries`);
//! - the real network is the default, and nothing here ever weakens a certificate check: the sandbox
//!   is joined by pairing at store level and Noise IK (`pairing`).

// The library's futures for app state are nested deeper than the compiler looks by default.
#![recursion_limit = "256"]

mod acks;
mod app_state;
mod backend;
mod blocked;
mod call;
mod calls;
mod channels;
mod chats;
mod compose;
mod connection;
mod contacts;
mod dial;
mod engine;
mod events;
mod groups;
mod hook;
mod labels;
mod media;
mod messages;
mod network;
mod notices;
mod outcome;
mod pairing;
mod profile;
mod proxies;
mod recipients;
mod reconnects;
mod redelivered;
mod retries;
mod ringing;
mod send;
mod statuses;
mod translate;
mod transport;

pub use backend::DeviceBackend;
pub use engine::WhatsAppEngine;
pub use network::{InvalidSandboxUrl, Network, SandboxUrl};

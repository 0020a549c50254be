//! The OpenWA dialect, mounted at `/api`.
//!
//! A handler extracts, calls one service method and encodes, in this dialect's own words: `@c.us`
//! addresses, message ids that carry their chat, times in seconds, roles instead of capabilities.
//! What has a spelling of its own is translated in one place: addresses in `jid`, message ids in
//! `message_id`, refusals in `error`.

mod access;
mod audit;
mod auth;
mod calls;
mod catalog;
mod channels;
mod chats;
mod check;
mod contacts;
mod conversion;
mod done;
mod error;
mod events;
mod file;
mod groups;
mod health;
mod infra;
mod jid;
mod labels;
mod length;
mod message_id;
mod messages;
mod metrics;
mod openapi;
mod page;
mod path;
mod profile;
mod qr;
mod router;
mod search;
mod sessions;
mod settings;
mod socket;
mod source;
mod state;
mod stats;
mod status;
mod templates;
mod throttle;
mod time;
mod webhooks;
mod windows;

pub use error::OpenWa;
pub use events::OpenWaLetters;
pub use metrics::Metrics;
pub use router::{document, router};
pub use socket::{Sockets, socket_io};
pub use state::{About, State};
pub use throttle::{Limit, Limits};

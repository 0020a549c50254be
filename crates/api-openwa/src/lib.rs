//! The OpenWA dialect, mounted at `/api`.
//!
//! A handler extracts, calls one service method and encodes, in this dialect's own words: `@c.us`
//! addresses, message ids that carry their chat, times in seconds, roles instead of capabilities.
//! What has a spelling of its own is translated in one place: addresses in `jid`, message ids in
//! `message_id`, refusals in `error`.

mod access;
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
mod jid;
mod labels;
mod length;
mod message_id;
mod messages;
mod page;
mod path;
mod profile;
mod qr;
mod router;
mod search;
mod sessions;
mod state;
mod status;
mod templates;
mod time;
mod webhooks;

pub use error::OpenWa;
pub use events::OpenWaLetters;
pub use router::router;
pub use state::State;

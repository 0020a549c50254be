//! Tells webhooks what happened.
//!
//! The store makes a delivery for each event and webhook in the event's transaction, and says after
//! the commit where there is something new. A *lane*, the deliveries of one session to one webhook,
//! is worked through in order by a task of its own, which ends when there is nothing left; so order
//! holds within it, and a lane that waits holds up no other. The lanes of a webhook share a number of
//! slots, and nothing is shared between webhooks, so a dead one slows none.
//!
//! All state that matters is in the store. After a crash everything that was not settled is sent
//! again, with the same id: receivers get each event at least once.
//!
//! The crate knows no HTTP server and not what an event looks like on the wire; that is [`Render`]
//! for the native dialect and [`Letters`] for one with events of its own.

mod courier;
mod endpoint;
mod headers;
mod lane;
mod letters;
mod outcome;
mod render;
mod sign;
mod worker;

pub use courier::{Courier, Words};
pub use headers::{InvalidHeaders, check_headers};
pub use letters::{Files, Letter, Letters, Occasion};
pub use render::Render;
pub use sign::{body_hmac_sha256, generate_secret};
pub use worker::{Settings, Worker};

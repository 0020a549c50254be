//! Messages.

mod idempotency;
mod result;
mod send_text;

pub(crate) use send_text::handler as send_text;

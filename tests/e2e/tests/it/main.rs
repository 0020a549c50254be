//! The product through its front door, with real clients of other make as witnesses.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod crash_receive;
mod crash_send;
mod events;
mod gateway_baileys;
mod idempotency;
mod operations;
mod sandbox_baileys;
mod sandbox_phones;
mod send_errors;
mod sessions;
mod support;
mod trust;

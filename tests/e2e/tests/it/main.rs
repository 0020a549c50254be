//! The product through its front door, with real clients of other make as witnesses.

mod account;
mod bad_input;
mod crash_link;
mod crash_receive;
mod crash_send;
mod event_log;
mod events;
mod gateway_baileys;
mod gateway_gateway;
mod groups;
mod idempotency;
mod inbound_content;
mod openwa;
mod operations;
mod outbox;
mod sandbox_baileys;
mod sandbox_baileys_social;
mod sandbox_phones;
mod send_errors;
mod send_types;
mod sessions;
mod support;
mod trust;
mod webhooks;

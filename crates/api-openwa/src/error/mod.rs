//! Refusals of every kind, in the dialect's one error envelope.

mod body;
mod dialect;
mod envelope;
mod service;

pub use dialect::OpenWa;
pub(crate) use envelope::{Envelope, Failure, Refusal};
pub(crate) use service::DESTINATION;

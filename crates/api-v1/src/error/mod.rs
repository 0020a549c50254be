//! Refusals of every kind, in the dialect's one error envelope.

mod dialect;
mod envelope;
mod service;

pub use dialect::V1;
pub(crate) use envelope::Envelope;

/// A refusal on its way out of a handler.
pub(crate) type Rejection = wagon_http_kit::Rejection<V1>;

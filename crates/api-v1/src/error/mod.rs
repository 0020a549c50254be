//! Refusals of every kind, in the dialect's one error envelope.

mod dialect;
mod envelope;
mod service;

use wagon_http_kit::Problem;
use wagon_services::Error;

pub use dialect::V1;
pub(crate) use envelope::Envelope;

/// A refusal on its way out of a handler.
pub(crate) type Rejection = wagon_http_kit::Rejection<V1>;

/// A field of a request that the dialect itself finds wrong.
pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Problem {
    Problem::Service(Error::Invalid {
        field,
        message: message.into(),
    })
}

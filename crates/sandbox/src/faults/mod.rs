//! Faults on demand: what tests inject to see how a client copes.

mod active;
mod fault;
mod stanzas;
#[cfg(test)]
mod tests;

pub(crate) use active::{Faults, Verdict};
pub(crate) use fault::{Fault, Scope};
pub(crate) use stanzas::{StreamError, failure, stream_error};

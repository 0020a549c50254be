//! Faults on demand: what tests inject to see how a client copes.
//!
//! A [`Fault`] says whose stanzas it strikes, which of them, how often and for how long, and what
//! becomes of those it strikes. Stanzas are judged where they come off the wire and where they go
//! onto it. Chance comes from streams derived from one seed, so a random run can be repeated.

mod action;
mod active;
mod chance;
mod fault;
pub(crate) mod media;
mod reorder;
mod rewrite;
mod rule;
mod stanzas;
#[cfg(test)]
mod tests;
mod verdict;

pub(crate) use action::Sudden;
pub(crate) use active::Faults;
pub(crate) use fault::{Fault, Scope};
pub(crate) use reorder::Reorder;
pub(crate) use rule::View;
pub(crate) use stanzas::{StreamError, failure, stream_error};
pub(crate) use verdict::{Hold, LoginVerdict, MediaVerdict, Verdict};

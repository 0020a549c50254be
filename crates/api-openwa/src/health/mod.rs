//! Probes. They need no key.

mod check;
mod live;
mod ready;

pub(crate) use check::handler as check;
pub(crate) use live::handler as live;
pub(crate) use ready::handler as ready;

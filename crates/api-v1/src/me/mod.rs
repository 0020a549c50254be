//! Who is calling.

mod get;
mod update;

pub(crate) use get::handler as get;
pub(crate) use update::handler as update;

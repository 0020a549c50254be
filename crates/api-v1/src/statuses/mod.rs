//! Status updates.

mod post;

pub(crate) use post::handler as post;

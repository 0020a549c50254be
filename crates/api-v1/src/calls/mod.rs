//! Calls.

mod reject;

pub(crate) use reject::handler as act;

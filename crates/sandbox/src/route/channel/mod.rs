//! Newsletters on the wire: posts and reactions in, everything that followers hear out.

mod incoming;
mod news;
mod stanza;

pub(crate) use incoming::{Refused, publish, react, revoke, route, viewed};
pub(crate) use news::{News, tell, tell_update};
pub(crate) use stanza::counted;

//! What every client asks around its login.

use wacore_binary::builder::NodeBuilder;

use super::request::{Answer, Request, Then};

/// How long clients may keep the (empty) list of properties.
const PROPS_REFRESH_S: u32 = 86_400;

pub(super) fn empty(_: &Request<'_>) -> Answer {
    Answer::empty()
}

pub(super) fn ping(_: &Request<'_>) -> Answer {
    Answer::empty()
}

/// The client is ready for what waited while it was away.
pub(super) fn active(_: &Request<'_>) -> Answer {
    Answer::empty().then(Then::OpenMailbox)
}

pub(super) fn props(_: &Request<'_>) -> Answer {
    NodeBuilder::new("props")
        .attr("protocol", "1")
        .attr("ab_key", "sandbox")
        .attr("hash", "sandbox")
        .attr("refresh", PROPS_REFRESH_S)
        .attr("refresh_id", "1")
        .children([])
        .build()
        .into()
}

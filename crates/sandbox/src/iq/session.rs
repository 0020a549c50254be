//! What every client asks around its login.

use wacore::iq::abprops::web;
use wacore_binary::builder::NodeBuilder;

use super::request::{Answer, Request, Then};

/// How long clients may keep the list of properties.
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

/// The switches that tests can set; everything else is left to the client.
pub(super) fn props(request: &Request<'_>) -> Answer {
    let limits = request.peer.origin.account.trust.limits();
    let on = [
        (
            limits.send_trusted_contact_tokens,
            web::PRIVACY_TOKEN_SENDING_ON_ALL_1_ON_1_MESSAGES.code,
        ),
        (limits.send_chat_tokens, web::WA_NCT_TOKEN_SEND_ENABLED.code),
    ];
    let switched_on = on.into_iter().filter(|(on, _)| *on).map(|(_, code)| {
        NodeBuilder::new("prop")
            .attr("config_code", code)
            .attr("config_value", "1")
            .build()
    });
    NodeBuilder::new("props")
        .attr("protocol", "1")
        .attr("ab_key", "sandbox")
        .attr("hash", "sandbox")
        .attr("refresh", PROPS_REFRESH_S)
        .attr("refresh_id", "1")
        .children(switched_on)
        .build()
        .into()
}

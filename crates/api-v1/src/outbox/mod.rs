//! Sends, and what became of them.

mod cancel;
mod get;
mod list;
mod view;

use wagon_domain::Capability::Send;

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Outbox", "Sends, and what became of them.")
        .get(
            "/sessions/{session}/outbox",
            list::handler,
            op("listSends", "Sends, latest first").needs(Send),
        )
        .get(
            "/sessions/{session}/outbox/{oid}",
            get::handler,
            op("getSend", "One send").needs(Send),
        )
        .delete(
            "/sessions/{session}/outbox/{oid}",
            cancel::handler,
            op("cancelSend", "Takes back a send that is still queued")
                .needs(Send)
                .conflict("The send is not queued any more."),
        )
}

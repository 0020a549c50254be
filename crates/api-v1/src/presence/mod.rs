//! Presence: of people, in chats, of the account.

mod account;
mod get;
mod show;
mod view;

use wagon_domain::Capability::Read;

use crate::openapi::{Api, op};

pub(crate) use view::View;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Presence", "Who is there, and what the account shows.")
        .get(
            "/sessions/{session}/chats/{cid}/presence",
            get::handler,
            op("getPresence", "Who is there; subscribes to it")
                .needs(Read)
                .live(),
        )
        .put(
            "/sessions/{session}/chats/{cid}/presence",
            show::handler,
            op("showPresence", "Shows typing or recording").live(),
        )
        .put(
            "/sessions/{session}/presence",
            account::handler,
            op(
                "setPresence",
                "Shows the account as online or not, until the connection is renewed",
            )
            .live(),
        )
}

//! Chats.

mod change;
mod delete;
mod get;
mod list;
mod read;
mod view;

use wagon_domain::Capability::{Read, Send};

use crate::openapi::{Api, op};

pub(crate) fn routes(api: Api) -> Api {
    api.about("Chats", "Chats, as they are on all devices of the account.")
        .get(
            "/sessions/{session}/chats",
            list::handler,
            op("listChats", "Chats with messages, latest first").needs(Read),
        )
        .get(
            "/sessions/{session}/chats/{cid}",
            get::handler,
            op("getChat", "One chat").needs(Read),
        )
        .patch(
            "/sessions/{session}/chats/{cid}",
            change::handler,
            op("changeChat", "Archives, pins or mutes").live(),
        )
        .delete(
            "/sessions/{session}/chats/{cid}",
            delete::handler,
            op("deleteChat", "Deletes a chat and its messages")
                .needs(Send)
                .live(),
        )
        .post(
            "/sessions/{session}/chats/{cid}/read",
            read::handler,
            op("readChat", "Tells authors and own devices that it was read")
                .needs(Send)
                .live(),
        )
}

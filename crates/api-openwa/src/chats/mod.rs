//! Chats, and who is there.

mod change;
mod empty;
mod list;
mod presence;
mod read;
mod summary;
mod typing;

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_services::Error;

use crate::access::{AtChat, Family};
use crate::done::Done;
use crate::error::Failure;
use crate::openapi::{Api, op};

pub(crate) use summary::{View as Summary, message_type};

const FAMILY: Family = Family::Sessions;

pub(crate) fn routes(api: Api) -> Api {
    api.about(
        "Chats",
        "Chats, as they are on all devices of the account, and who is there.",
    )
    .get(
        "/sessions/{id}/chats",
        list::handler,
        op("listChats", "Chats, latest first"),
    )
    .post(
        "/sessions/{id}/chats/read",
        read::read,
        op(
            "readChat",
            "Tells the authors and the own devices that a chat was read",
        ),
    )
    .post(
        "/sessions/{id}/chats/unread",
        read::unread,
        op("unreadChat", "Marks a chat as unread"),
    )
    .post(
        "/sessions/{id}/chats/archive",
        change::archive,
        op("archiveChat", "Archives a chat, or takes it back"),
    )
    .post(
        "/sessions/{id}/chats/pin",
        change::pin,
        op("pinChat", "Pins a chat, or lets it go"),
    )
    .post(
        "/sessions/{id}/chats/mute",
        change::mute,
        op("muteChat", "Mutes a chat, or lets it be heard again"),
    )
    .post(
        "/sessions/{id}/chats/delete",
        empty::delete,
        op("deleteChat", "Deletes a chat"),
    )
    .post(
        "/sessions/{id}/chats/typing",
        typing::handler,
        op("showTyping", "Shows that something is typed or recorded"),
    )
    .delete(
        "/sessions/{id}/chats/{chatId}/messages",
        empty::clear,
        op("clearChat", "Deletes the messages of a chat and keeps it"),
    )
    .post(
        "/sessions/{id}/presence/subscribe",
        presence::subscribe,
        op("subscribePresence", "Asks to be told who is there"),
    )
    .get(
        "/sessions/{id}/presence/{chatId}",
        presence::get,
        op("getPresence", "Who is there; `null` until WhatsApp has told"),
    )
}

/// A body that names a chat and says nothing else.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OfChat {
    chat_id: String,
}

/// The dialect tells a refusal by WhatsApp in the answer, not as an error.
fn answer<N>(at: &AtChat<N>, outcome: Result<(), Error>) -> Result<Json<Done>, Failure> {
    match outcome {
        Ok(()) => Ok(Json(Done::OK)),
        Err(Error::Denied { .. } | Error::Refused { .. }) => Ok(Json(Done::DECLINED)),
        Err(error) => Err(at.refuse(error, FAMILY)),
    }
}

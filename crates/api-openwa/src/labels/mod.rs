//! Labels.

mod change;
mod read;

use wagon_services::{Error, Missing};

use crate::access::{AtSession, Family};
use crate::error::{Failure, Refusal};
use crate::openapi::{Api, op};

const FAMILY: Family = Family::Account;

pub(crate) fn routes(api: Api) -> Api {
    api.about("Labels", "Labels of a business.")
        .get(
            "/sessions/{id}/labels",
            read::list,
            op("listLabels", "All labels"),
        )
        .get(
            "/sessions/{id}/labels/{labelId}",
            read::get,
            op("getLabel", "One label"),
        )
        .put(
            "/sessions/{id}/labels/{labelId}",
            change::set,
            op("setLabel", "Makes a label or changes it"),
        )
        .delete(
            "/sessions/{id}/labels/{labelId}",
            change::delete,
            op("deleteLabel", "Deletes a label"),
        )
        .get(
            "/sessions/{id}/labels/{labelId}/chats",
            read::chats,
            op("listLabelChats", "Chats with a label"),
        )
        .get(
            "/sessions/{id}/labels/chat/{chatId}",
            read::of_chat,
            op("listChatLabels", "Labels of a chat"),
        )
        .post(
            "/sessions/{id}/labels/chat/{chatId}",
            change::add,
            op("addChatLabel", "Puts a label on a chat"),
        )
        .delete(
            "/sessions/{id}/labels/chat/{chatId}/{labelId}",
            change::remove,
            op("removeChatLabel", "Takes a label from a chat"),
        )
}

fn refuse<N>(at: &AtSession<N>, label: &str, error: Error) -> Failure {
    match error {
        Error::NotFound(Missing::Label) => Refusal::not_found(format!("Label {label} not found")).into(),
        error => at.refuse(error, FAMILY),
    }
}

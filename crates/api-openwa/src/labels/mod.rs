//! Labels.

mod change;
mod read;

use axum::Router;
use axum::routing::{delete, get};
use wagon_services::{Error, Missing};

use crate::access::{AtSession, Family};
use crate::error::{Failure, Refusal};
use crate::state::State;

const FAMILY: Family = Family::Account;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/sessions/{id}/labels", get(read::list))
        .route(
            "/sessions/{id}/labels/{labelId}",
            get(read::get).put(change::set).delete(change::delete),
        )
        .route("/sessions/{id}/labels/{labelId}/chats", get(read::chats))
        .route(
            "/sessions/{id}/labels/chat/{chatId}",
            get(read::of_chat).post(change::add),
        )
        .route(
            "/sessions/{id}/labels/chat/{chatId}/{labelId}",
            delete(change::remove),
        )
}

fn refuse<N>(at: &AtSession<N>, label: &str, error: Error) -> Failure {
    match error {
        Error::NotFound(Missing::Label) => Refusal::not_found(format!("Label {label} not found")).into(),
        error => at.refuse(error, FAMILY),
    }
}

//! Contacts.

mod block;
mod book;
mod check;
mod get;
mod list;
mod phone;
mod pictures;
mod view;

use axum::Router;
use axum::routing::{get, post, put};

use crate::access::Family;
use crate::state::State;

const FAMILY: Family = Family::Account;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/sessions/{id}/contacts", get(list::handler))
        .route("/sessions/{id}/contacts/blocked", get(block::list))
        .route("/sessions/{id}/contacts/check/{number}", get(check::handler))
        .route("/sessions/{id}/contacts/profile-pictures", get(pictures::many))
        .route(
            "/sessions/{id}/contacts/{contactId}",
            put(book::save).get(get::handler).delete(book::forget),
        )
        .route(
            "/sessions/{id}/contacts/{contactId}/profile-picture",
            get(pictures::one),
        )
        .route("/sessions/{id}/contacts/{contactId}/phone", get(phone::handler))
        .route(
            "/sessions/{id}/contacts/{contactId}/block",
            post(block::add).delete(block::remove),
        )
}

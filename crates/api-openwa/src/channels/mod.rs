//! Channels.

mod change;
mod read;
mod view;

use axum::Router;
use axum::routing::{get, post};
use wagon_services::{Error, Missing};

use crate::access::{AtSession, Family};
use crate::error::{Failure, Refusal};
use crate::path::Path;
use crate::state::State;

const FAMILY: Family = Family::Account;

pub(crate) fn routes() -> Router<State> {
    let of = |rest: &str| format!("/sessions/{{id}}/channels/{{cid}}{rest}");
    Router::new()
        .route("/sessions/{id}/channels", get(read::list).post(change::create))
        .route("/sessions/{id}/channels/subscribe", post(change::subscribe))
        .route(&of(""), get(read::get).delete(change::unsubscribe))
        .route(&of("/messages"), get(read::messages))
        .route(&of("/delete"), post(change::delete))
        .route(&of("/mute"), post(change::mute))
        .route(&of("/admins/demote"), post(change::demote))
        .route(&of("/owner/transfer"), post(change::hand_over))
}

/// Words a refusal about the channel that the path names.
fn refuse<N>(at: &AtSession<N>, path: &Path, error: Error) -> Failure {
    match error {
        Error::NotFound(Missing::OnWhatsApp) => {
            Refusal::not_found(format!("Channel {} not found", path.text("cid"))).into()
        }
        error => at.refuse(error, FAMILY),
    }
}

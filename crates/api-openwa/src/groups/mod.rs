//! Groups.

mod create;
mod get;
mod info;
mod invite;
mod join;
mod leave;
mod list;
mod members;
mod picture;
mod requests;
mod results;
mod settings;

use axum::routing::{get, post, put};
use axum::{Extension, Router};
use wagon_http_kit::BodyLimit;
use wagon_services::{Error, Missing};

use crate::access::{AtSession, Family};
use crate::error::{Failure, Refusal};
use crate::file;
use crate::path::Path;
use crate::state::State;

const FAMILY: Family = Family::Account;

pub(crate) fn routes(state: &State) -> Router<State> {
    Router::new()
        .route("/sessions/{id}/groups", get(list::handler).post(create::handler))
        .route("/sessions/{id}/groups/join-info", get(join::info))
        .route("/sessions/{id}/groups/join", post(join::join))
        .route("/sessions/{id}/groups/{gid}", get(get::handler))
        .route(
            "/sessions/{id}/groups/{gid}/participants",
            post(members::add).delete(members::remove),
        )
        .route(
            "/sessions/{id}/groups/{gid}/participants/promote",
            post(members::promote),
        )
        .route(
            "/sessions/{id}/groups/{gid}/participants/demote",
            post(members::demote),
        )
        .route("/sessions/{id}/groups/{gid}/subject", put(info::subject))
        .route("/sessions/{id}/groups/{gid}/description", put(info::description))
        .route("/sessions/{id}/groups/{gid}/leave", post(leave::handler))
        .route(
            "/sessions/{id}/groups/{gid}/picture",
            get(picture::get)
                .put(picture::set)
                .delete(picture::remove)
                .layer(Extension(BodyLimit(file::body_limit(state)))),
        )
        .route("/sessions/{id}/groups/{gid}/invite-code", get(invite::get))
        .route(
            "/sessions/{id}/groups/{gid}/invite-code/revoke",
            post(invite::revoke),
        )
        .route(
            "/sessions/{id}/groups/{gid}/settings",
            get(settings::get).put(settings::set),
        )
        .route(
            "/sessions/{id}/groups/{gid}/membership-requests",
            get(requests::list),
        )
        .route(
            "/sessions/{id}/groups/{gid}/membership-requests/approve",
            post(requests::approve),
        )
        .route(
            "/sessions/{id}/groups/{gid}/membership-requests/reject",
            post(requests::reject),
        )
}

/// Words a refusal about the group that the path names.
fn refuse<N>(at: &AtSession<N>, path: &Path, error: Error) -> Failure {
    match error {
        Error::NotFound(Missing::Group | Missing::OnWhatsApp) => {
            Refusal::not_found(format!("Group {} not found", path.text("gid"))).into()
        }
        error => at.refuse(error, FAMILY),
    }
}

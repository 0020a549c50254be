//! Sessions.

mod create;
mod get;
mod list;
mod view;

use axum::Router;
use axum::routing::get;

use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/sessions", get(list::handler).post(create::handler))
        .route("/sessions/{id}", get(get::handler))
}

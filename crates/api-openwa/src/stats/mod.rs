//! How much goes through.

mod messages;
mod overview;
mod session;

use axum::Router;
use axum::routing::get;

use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/stats/overview", get(overview::handler))
        .route("/stats/messages", get(messages::handler))
        .route("/stats/sessions/{id}", get(session::handler))
}

//! Templates: texts with places to be filled in.

mod change;
mod create;
mod delete;
mod find;
mod list;
mod path;
mod send;
mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::state::State;

/// The routes below `/sessions/{id}/templates`, and the one that sends a template.
pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route(
            "/sessions/{id}/templates",
            get(list::handler).post(create::handler),
        )
        .route(
            "/sessions/{id}/templates/{template}",
            get(find::handler).put(change::handler).delete(delete::handler),
        )
        .route("/sessions/{id}/messages/send-template", post(send::handler))
}

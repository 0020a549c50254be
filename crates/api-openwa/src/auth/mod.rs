//! The caller's key, and the keys of the organisation.

mod create;
mod delete;
mod fields;
mod get;
mod list;
mod revoke;
mod role;
mod update;
mod validate;
mod view;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use validate::ENGINE;

use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/auth/validate", post(validate::handler))
        .route("/auth/api-keys", get(list::handler).post(create::handler))
        .route(
            "/auth/api-keys/{key}",
            get(get::handler).put(update::handler).delete(delete::handler),
        )
        .route("/auth/api-keys/{key}/revoke", post(revoke::handler))
}

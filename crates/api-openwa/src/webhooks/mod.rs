//! Webhooks, and what became of their deliveries.

mod create;
mod delete;
mod failures;
mod fields;
mod get;
mod list;
mod list_all;
mod redrive;
mod test;
mod update;
mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/webhooks", get(list_all::handler))
        .route("/webhooks/delivery-failures", get(failures::handler))
        .route("/webhooks/delivery-failures/redrive", post(redrive::handler))
        .route(
            "/sessions/{id}/webhooks",
            get(list::handler).post(create::handler),
        )
        .route(
            "/sessions/{id}/webhooks/{webhook}",
            get(get::handler).put(update::handler).delete(delete::handler),
        )
        .route("/sessions/{id}/webhooks/{webhook}/test", post(test::handler))
}

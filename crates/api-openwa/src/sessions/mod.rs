//! Sessions.

mod config;
mod create;
mod delete;
mod force_kill;
mod get;
mod list;
mod logout;
mod pairing_code;
mod presence;
mod proxy;
mod qr;
mod start;
mod stats;
mod stop;
mod view;

pub(crate) use view::{error, restriction, status};

use axum::Router;
use axum::routing::{get, post, put};

use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/sessions", get(list::handler).post(create::handler))
        .route("/sessions/stats/overview", get(stats::handler))
        .route("/sessions/{id}", get(get::handler).delete(delete::handler))
        .route("/sessions/{id}/start", post(start::handler))
        .route("/sessions/{id}/stop", post(stop::handler))
        .route("/sessions/{id}/logout", post(logout::handler))
        .route("/sessions/{id}/force-kill", post(force_kill::handler))
        .route("/sessions/{id}/qr", get(qr::handler))
        .route("/sessions/{id}/pairing-code", post(pairing_code::handler))
        .route("/sessions/{id}/config", get(config::read).patch(config::change))
        .route("/sessions/{id}/proxy", get(proxy::read).patch(proxy::change))
        .route("/sessions/{id}/presence", put(presence::handler))
}

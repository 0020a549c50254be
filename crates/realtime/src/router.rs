//! The routes.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use wagon_http_kit::Dialect;

use crate::state::State;
use crate::{events, websocket};

/// `GET /events` and `GET /realtime`, to be merged into the router of the dialect `D`, which also
/// words their refusals.
pub fn router<D: Dialect>(state: State) -> Router {
    let clock = Arc::clone(&state.clock);
    let routes = Router::new()
        .route("/events", get(events::read_events::<D>))
        .route("/realtime", get(websocket::open_realtime::<D>));
    wagon_http_kit::observe::<D, State>(routes, clock).with_state(state)
}

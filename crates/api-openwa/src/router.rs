//! The routes.

use std::sync::Arc;

use axum::routing::get;
use axum::{Router, middleware};

use crate::error::OpenWa;
use crate::state::State;
use crate::throttle::{Throttle, throttle};
use crate::{
    audit, auth, calls, catalog, channels, chats, contacts, conversion, groups, health, infra, labels,
    messages, metrics, profile, search, sessions, settings, stats, status, templates, webhooks,
};

/// The dialect, to be nested at `/api`. The native dialect lives at `/api/v1` beside it, so no route
/// here may begin with a parameter.
pub fn router(state: State) -> Router {
    let clock = Arc::clone(&state.clock);
    let throttled = Router::new()
        .merge(calls::routes())
        .merge(catalog::routes())
        .merge(channels::routes())
        .merge(chats::routes())
        .merge(conversion::routes(&state))
        .merge(labels::routes())
        .merge(profile::routes(&state))
        .merge(search::routes())
        .merge(status::routes(&state))
        .merge(contacts::routes())
        .merge(groups::routes(&state))
        .merge(messages::routes(&state))
        .merge(templates::routes())
        .merge(auth::routes())
        .merge(sessions::routes())
        .merge(webhooks::routes())
        .merge(stats::routes())
        .merge(settings::routes())
        .merge(audit::routes())
        .merge(infra::routes())
        .route_layer(middleware::from_fn_with_state(
            Arc::new(Throttle::new(state.throttle, Arc::clone(&state.clock))),
            throttle,
        ));
    // What watches the gateway has to get through.
    let routes = Router::new()
        .route("/health", get(health::check))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::handler))
        .merge(infra::probe())
        .merge(throttled)
        .fallback(wagon_http_kit::route_not_found::<OpenWa>);
    wagon_http_kit::observe::<OpenWa, State>(routes, clock).with_state(state)
}

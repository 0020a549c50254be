//! The routes.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::error::OpenWa;
use crate::state::State;
use crate::{
    auth, calls, catalog, channels, chats, contacts, conversion, groups, health, labels, messages, profile,
    search, sessions, status, templates, webhooks,
};

/// The dialect, to be nested at `/api`. The native dialect lives at `/api/v1` beside it, so no route
/// here may begin with a parameter.
pub fn router(state: State) -> Router {
    let clock = Arc::clone(&state.clock);
    let routes = Router::new()
        .route("/health", get(health::check))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
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
        .fallback(wagon_http_kit::route_not_found::<OpenWa>);
    wagon_http_kit::observe::<OpenWa, State>(routes, clock).with_state(state)
}

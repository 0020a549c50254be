//! The routes.

use std::sync::Arc;

use axum::{Extension, Router};
use serde_json::Value;

use crate::error::V1;
use crate::openapi::{self, Api};
use crate::state::State;
use crate::{
    admin, audit, auth, calls, channels, chats, contacts, groups, keys, me, messages, organizations, outbox,
    presence, profile, sessions, statuses, ticket, users, webhooks,
};

/// The dialect, to be nested at `/api/v1`. Routes merged into it share its fallback.
pub fn router(state: State) -> Router {
    let clock = Arc::clone(&state.clock);
    let (routes, document) = api().into_parts(&state);
    let routes = routes
        .layer(Extension(openapi::served(&document)))
        .fallback(wagon_http_kit::route_not_found::<V1>);
    wagon_http_kit::observe::<V1, State>(routes, clock).with_state(state)
}

/// The OpenAPI document of everything under `/api/v1`.
pub fn document() -> Value {
    api().document()
}

fn api() -> Api {
    [
        sessions::routes,
        messages::routes,
        outbox::routes,
        chats::routes,
        presence::routes,
        contacts::routes,
        profile::routes,
        groups::routes,
        channels::routes,
        statuses::routes,
        calls::routes,
        openapi::events,
        ticket::routes,
        webhooks::routes,
        auth::routes,
        me::routes,
        organizations::routes,
        users::routes,
        keys::routes,
        audit::routes,
        admin::routes,
        openapi::routes,
    ]
    .into_iter()
    .fold(Api::new(), |api, routes: fn(Api) -> Api| routes(api))
}

//! The routes.

use std::sync::Arc;

use axum::{Extension, Router, middleware};
use serde_json::Value;
use wagon_http_kit::BodyLimit;

use crate::error::OpenWa;
use crate::openapi::{self, Api};
use crate::state::State;
use crate::throttle::{Throttle, throttle};
use crate::{
    audit, auth, calls, catalog, channels, chats, contacts, conversion, file, groups, health, infra, labels,
    messages, metrics, profile, search, sessions, settings, stats, status, templates, webhooks,
};

/// The dialect, to be nested at `/api`. The native dialect lives at `/api/v1` beside it, so no route
/// here may begin with a parameter.
pub fn router(state: State) -> Router {
    let clock = Arc::clone(&state.clock);
    let throttled = Arc::new(Throttle::new(state.throttle, Arc::clone(&clock)));
    let api = throttled_routes(BodyLimit(file::body_limit(state.media_limit)))
        .layered(|routes| routes.route_layer(middleware::from_fn_with_state(throttled, throttle)));
    let (routes, document) = probes(api).into_parts(&state);
    let routes = routes
        .layer(Extension(openapi::served(&document)))
        .fallback(wagon_http_kit::route_not_found::<OpenWa>);
    wagon_http_kit::observe::<OpenWa, State>(routes, clock).with_state(state)
}

/// The OpenAPI document of everything that the dialect serves.
pub fn document() -> Value {
    probes(throttled_routes(BodyLimit::default())).document()
}

/// `files` is the limit of bodies with a file in them.
fn throttled_routes(files: BodyLimit) -> Api {
    let api = sessions::routes(Api::new());
    let api = messages::routes(api, files);
    let api = templates::routes(api);
    let api = chats::routes(api);
    let api = contacts::routes(api);
    let api = groups::routes(api, files);
    let api = channels::routes(api);
    let api = status::routes(api, files);
    let api = labels::routes(api);
    let api = profile::routes(api, files);
    let api = calls::routes(api);
    let api = catalog::routes(api);
    let api = conversion::routes(api, files);
    let api = search::routes(api);
    let api = webhooks::routes(api);
    let api = auth::routes(api);
    let api = audit::routes(api);
    let api = stats::routes(api);
    let api = settings::routes(api);
    let api = infra::routes(api);
    openapi::routes(api)
}

/// What watches the gateway has to get through.
fn probes(api: Api) -> Api {
    let api = health::routes(api);
    let api = infra::probe(api);
    metrics::routes(api)
}

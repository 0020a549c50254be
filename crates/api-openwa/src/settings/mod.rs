//! What the gateway is set to. It is set by its configuration, not from here.

use std::future::{Ready, ready};

use axum::routing::get;
use axum::{Json, Router, extract};
use http::StatusCode;
use serde::Serialize;
use wagon_http_kit::needs;

use crate::access::Unscoped;
use crate::error::Refusal;
use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new().route("/settings", get(read).put(refuse))
}

#[derive(Debug, Serialize)]
struct View {
    general: General,
    api: Api,
    notifications: Notifications,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct General {
    /// Empty: whatever the client has used.
    api_base_url: String,
    /// Sessions always come up again; each says how often and how soon it tries.
    auto_reconnect: bool,
    debug_mode: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Api {
    /// Requests of one address to one route in the window; 0 is no limit.
    rate_limit: u32,
    /// In milliseconds.
    rate_limit_window: u64,
    enable_docs: bool,
}

/// Wagon tells of what happens by events, and sends no mail.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Notifications {
    email_enabled: bool,
    notification_email: &'static str,
    webhook_alerts: bool,
}

fn read(extract::State(state): extract::State<State>, _caller: Unscoped<needs::Admin>) -> Ready<Json<View>> {
    let medium = state.throttle.medium;
    let window = u64::try_from(medium.window.as_millis()).unwrap_or(u64::MAX);
    ready(Json(View {
        general: General {
            api_base_url: state.about.base_url.as_deref().unwrap_or_default().to_owned(),
            auto_reconnect: true,
            debug_mode: false,
        },
        api: Api {
            rate_limit: medium.requests,
            rate_limit_window: window,
            enable_docs: true,
        },
        notifications: Notifications {
            email_enabled: false,
            notification_email: "",
            webhook_alerts: true,
        },
    }))
}

fn refuse(_caller: Unscoped<needs::Admin>) -> Ready<Refusal> {
    ready(Refusal::new(
        StatusCode::NOT_IMPLEMENTED,
        "Settings are configured where the gateway runs and take effect when it starts",
    ))
}

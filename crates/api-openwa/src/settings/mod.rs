//! What the gateway is set to. It is set by its configuration, not from here.

use std::convert::Infallible;

use axum::{Json, extract};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use crate::access::Unscoped;
use crate::error::{Failure, Refusal};
use crate::openapi::{Api, op};
use crate::state::State;

const WHERE: &str = "Settings are configured where the gateway runs and take effect when it starts";

pub(crate) fn routes(api: Api) -> Api {
    api.about("Settings", "What the gateway is set to.")
        .get("/settings", read, op("getSettings", "What the gateway is set to"))
        .put(
            "/settings",
            refuse,
            op("changeSettings", "Is not done from here").unsupported(WHERE),
        )
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Settings")]
struct View {
    general: General,
    api: Limits,
    notifications: Notifications,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GeneralSettings")]
struct General {
    /// Empty: whatever the client has used.
    api_base_url: String,
    /// Sessions always come up again; each says how often and how soon it tries.
    auto_reconnect: bool,
    debug_mode: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApiSettings")]
struct Limits {
    /// Requests of one address to one route in the window; 0 is no limit.
    rate_limit: u32,
    /// In milliseconds.
    rate_limit_window: u64,
    enable_docs: bool,
}

/// Wagon tells of what happens by events, and sends no mail.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NotificationSettings")]
struct Notifications {
    email_enabled: bool,
    notification_email: &'static str,
    webhook_alerts: bool,
}

async fn read(
    extract::State(state): extract::State<State>,
    _caller: Unscoped<needs::Admin>,
) -> Result<Json<View>, Failure> {
    let medium = state.throttle.medium;
    let window = u64::try_from(medium.window.as_millis()).unwrap_or(u64::MAX);
    Ok(Json(View {
        general: General {
            api_base_url: state.about.base_url.as_deref().unwrap_or_default().to_owned(),
            auto_reconnect: true,
            debug_mode: false,
        },
        api: Limits {
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

async fn refuse(_caller: Unscoped<needs::Admin>) -> Result<Infallible, Failure> {
    Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, WHERE).into())
}

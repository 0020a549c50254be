//! `POST /auth/validate`.

use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use super::role::Role;
use crate::access::Permitted;
use crate::error::Failure;

/// What runs sessions, for clients that show it.
pub(crate) const ENGINE: &str = "whatsapp-rust";

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "KeyCheck")]
pub(crate) struct View {
    valid: bool,
    role: Role,
    engine_type: &'static str,
    /// Whether the key is limited to some sessions.
    scoped: bool,
}

pub(crate) async fn handler(caller: Permitted<needs::Read>) -> Result<Json<View>, Failure> {
    Ok(Json(View {
        valid: true,
        role: Role::of(caller.capabilities),
        engine_type: ENGINE,
        scoped: caller.sessions.is_some(),
    }))
}

//! `POST /auth/validate`.

use axum::Json;
use serde::Serialize;
use wagon_http_kit::needs;

use super::role::Role;
use crate::access::Permitted;

/// What runs sessions, for clients that show it.
pub(crate) const ENGINE: &str = "whatsapp-rust";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct View {
    valid: bool,
    role: Role,
    engine_type: &'static str,
    /// Whether the key is limited to some sessions.
    scoped: bool,
}

pub(crate) async fn handler(caller: Permitted<needs::Read>) -> Json<View> {
    Json(View {
        valid: true,
        role: Role::of(caller.capabilities),
        engine_type: ENGINE,
        scoped: caller.sessions.is_some(),
    })
}

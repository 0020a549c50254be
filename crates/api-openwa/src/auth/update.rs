//! `PUT /auth/api-keys/{key}`: changes what is named.

use axum::{Json, extract};
use wagon_http_kit::{LenientJson, needs};
use wagon_services::UpdateKey;

use super::fields::{Fields, id, named};
use super::role::Role;
use super::view::View;
use crate::access::Unscoped;
use crate::error::{Failure, OpenWa, Refusal};
use crate::path::Path;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
    path: Path,
    fields: LenientJson<Fields, OpenWa>,
) -> Result<Json<View>, Failure> {
    let text = path.text("key");
    let key = state
        .services
        .keys
        .update(&caller, &id(text)?, change(fields.0)?)
        .await;
    Ok(Json(key.map_err(|error| named(error, text))?.into()))
}

fn change(fields: Fields) -> Result<UpdateKey, Refusal> {
    let mut errors = Vec::new();
    fields.name(&mut errors);
    let limits = fields.limits(&mut errors);
    if !errors.is_empty() {
        return Err(Refusal::validation(errors));
    }
    Ok(UpdateKey {
        capabilities: fields.role.map(Role::capabilities),
        name: fields.name,
        sessions: limits.sessions,
        chats: limits.chats,
        addresses: limits.addresses,
        expires_at: limits.expires_at,
    })
}

//! `POST /auth/api-keys`. The answer is the only place that ever shows the key.

use axum::extract;
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::{LenientJson, needs};
use wagon_services::{CreateKey, KeyForm};

use super::fields::Fields;
use super::role::Role;
use super::view::View as KeyView;
use crate::access::Unscoped;
use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::Created;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedKey")]
pub(crate) struct View {
    api_key: String,
    #[serde(flatten)]
    record: KeyView,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
    fields: LenientJson<Fields, OpenWa>,
) -> Result<Created<View>, Failure> {
    let made = state.services.keys.create(&caller, request(fields.0)?).await?;
    let view = View {
        api_key: made.secret,
        record: made.record.into(),
    };
    Ok(Created(view))
}

fn request(fields: Fields) -> Result<CreateKey, Refusal> {
    let mut errors = Vec::new();
    if fields.name.is_none() {
        errors.push("name should not be empty".to_owned());
    }
    fields.name(&mut errors);
    let limits = fields.limits(&mut errors);
    if !errors.is_empty() {
        return Err(Refusal::validation(errors));
    }
    Ok(CreateKey {
        name: fields.name.unwrap_or_default(),
        capabilities: fields.role.unwrap_or(Role::Operator).capabilities(),
        sessions: limits.sessions.into_option(),
        chats: limits.chats.into_option(),
        addresses: limits.addresses.into_option(),
        rate_per_min: None,
        expires_at: limits.expires_at.into_option(),
        form: KeyForm::OpenWa,
    })
}

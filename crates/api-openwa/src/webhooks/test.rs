//! `POST /sessions/{id}/webhooks/{webhook}/test`: one attempt, told at once.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use super::fields::webhook;
use crate::access::AtSession;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WebhookTest")]
pub(crate) struct View {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let webhooks = &state.services.webhooks;
    let found = webhook(&at, &path, webhooks).await?;
    let trial = webhooks.test(&at.caller, &found.id).await?;
    let error = match trial.attempt.code {
        _ if trial.delivered => None,
        Some(code) => Some(format!("HTTP {code}")),
        None => Some(trial.attempt.text),
    };
    Ok(Json(View {
        success: trial.delivered,
        status_code: trial.attempt.code,
        error,
    }))
}

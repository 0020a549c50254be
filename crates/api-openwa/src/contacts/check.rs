//! `GET /sessions/{id}/contacts/check/{number}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::PhoneNumber;
use wagon_http_kit::needs;

use super::FAMILY;
use crate::access::AtSession;
use crate::error::{Failure, Refusal};
use crate::jid;
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NumberCheck")]
pub(super) struct View {
    number: String,
    exists: bool,
    whatsapp_id: Option<String>,
}

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let number = path.text("number");
    let phone: PhoneNumber = number
        .parse()
        .map_err(|error| Refusal::validation(vec![format!("number: {error}")]))?;
    let found = state
        .services
        .contacts
        .check(&at.caller, at.session(FAMILY)?, &phone)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(View {
        number: number.to_owned(),
        exists: found.is_some(),
        whatsapp_id: found.as_ref().map(jid::to_text),
    }))
}

//! `GET /sessions/{id}/contacts/{contactId}/phone`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use super::FAMILY;
use crate::access::AtChat;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ContactPhone")]
pub(super) struct View {
    contact_id: String,
    phone: Option<String>,
}

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let who = at.chat_in(&path, "contactId")?;
    let phone = state
        .services
        .contacts
        .phone(&at.caller, at.session(FAMILY)?, &who)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(View {
        contact_id: path.text("contactId").to_owned(),
        phone: phone.map(String::from),
    }))
}

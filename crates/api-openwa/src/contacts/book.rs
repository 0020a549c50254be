//! The address book.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};

use super::FAMILY;
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "SaveContact")]
pub(super) struct Request {
    first_name: String,
    last_name: Option<String>,
}

/// `PUT /sessions/{id}/contacts/{contactId}`.
pub(super) async fn save(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let who = at.chat_in(&path, "contactId")?;
    let Request {
        first_name,
        last_name,
    } = request.0;
    state
        .services
        .contacts
        .save(
            &at.caller,
            at.session(FAMILY)?,
            &who,
            &first_name,
            last_name.as_deref(),
        )
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(Done::said("Contact saved")))
}

/// `DELETE /sessions/{id}/contacts/{contactId}`.
pub(super) async fn forget(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    let who = at.chat_in(&path, "contactId")?;
    state
        .services
        .contacts
        .forget(&at.caller, at.session(FAMILY)?, &who)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(Done::said("Contact deleted")))
}

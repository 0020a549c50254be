//! `DELETE /sessions/{id}/status/{statusId}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;
use wagon_services::{Error, Missing};

use super::FAMILY;
use crate::access::AtSession;
use crate::error::{Failure, Refusal};
use crate::message_id;
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RevokedStatus")]
pub(super) struct View {
    message: &'static str,
}

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let absent = || Refusal::not_found(format!("Status {} not found", path.text("of")));
    let id = message_id::from_text(path.text("of")).map_err(|_| absent())?;
    state
        .services
        .statuses
        .revoke(&at.caller, at.session(FAMILY)?, &id)
        .await
        .map_err(|error| match error {
            Error::NotFound(Missing::Message) => absent().into(),
            error => at.refuse(error, FAMILY),
        })?;
    Ok(Json(View {
        message: "Status deleted successfully",
    }))
}

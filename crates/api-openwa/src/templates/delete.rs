//! `DELETE /sessions/{id}/templates/{template}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::needs;

use super::path::{TemplatePath, worded};
use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    TemplatePath(id): TemplatePath,
) -> Result<NoContent, Failure> {
    let session = at.session(Family::Sessions)?;
    match state.services.templates.delete(&at.caller, session, &id).await {
        Ok(()) => Ok(NoContent),
        Err(error) => Err(match worded(&error, id.as_str()) {
            Some(refusal) => refusal.into(),
            None => error.into(),
        }),
    }
}

//! `GET /sessions/{id}/templates/{template}`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::path::{TemplatePath, worded};
use super::view::View;
use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    TemplatePath(id): TemplatePath,
) -> Result<Json<View>, Failure> {
    let session = at.session(Family::Sessions)?;
    match state.services.templates.get(&at.caller, session, &id).await {
        Ok(template) => Ok(Json(template.into())),
        Err(error) => Err(match worded(&error, id.as_str()) {
            Some(refusal) => refusal.into(),
            None => error.into(),
        }),
    }
}

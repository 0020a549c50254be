//! `GET …/messages/batch/{batch}`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::view::Report;
use super::{BatchPath, worded};
use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    BatchPath(batch): BatchPath,
) -> Result<Json<Report>, Failure> {
    let session = at.session(Family::Messages)?;
    match state.services.batches.get(&at.caller, session, &batch).await {
        Ok(report) => Ok(Json(Report::of(report))),
        Err(error) => Err(match worded(&error, batch.as_str()) {
            Some(refusal) => refusal.into(),
            None => at.refuse(error, Family::Messages),
        }),
    }
}

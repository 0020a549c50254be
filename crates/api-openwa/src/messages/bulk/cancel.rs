//! `POST …/messages/batch/{batch}/cancel`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::view::Cancelled;
use super::{BatchPath, worded};
use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    BatchPath(batch): BatchPath,
) -> Result<Json<Cancelled>, Failure> {
    let session = at.session(Family::Messages)?;
    match state.services.batches.cancel(&at.caller, session, &batch).await {
        Ok(report) => Ok(Json(Cancelled::of(&report))),
        Err(error) => Err(match worded(&error, batch.as_str()) {
            Some(refusal) => refusal.into(),
            None => at.refuse(error, Family::Messages),
        }),
    }
}

//! Batches.

mod cancel;
mod send_bulk;
mod status;
mod view;

pub(super) use cancel::handler as cancel;
pub(super) use send_bulk::handler as send_bulk;
pub(super) use status::handler as status;

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use wagon_domain::BatchId;
use wagon_http_kit::PathValues;
use wagon_services::{Conflict, Error, Missing};

use crate::error::{Failure, OpenWa, Refusal};
use crate::openapi::Input;
use crate::state::State;

/// The batch that the path names.
pub(super) struct BatchPath(BatchId);

impl Input for BatchPath {}

impl FromRequestParts<State> for BatchPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let values = PathValues::of::<OpenWa, _>(parts, state).await?;
        let text = values.get("batch");
        // What cannot be an id is no batch.
        text.parse().map(Self).map_err(|_| unknown(text).into())
    }
}

fn unknown(id: &str) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, format!("Batch '{id}' not found"))
}

/// What a service says about a batch, with its id; `None` if it says something else.
fn worded(error: &Error, id: &str) -> Option<Refusal> {
    let message = match error {
        Error::NotFound(Missing::Batch) => return Some(unknown(id)),
        Error::Conflict(Conflict::BatchExists) => format!("Batch ID '{id}' already exists"),
        Error::Conflict(Conflict::BatchOver(status)) => format!("Batch '{id}' is already {status}"),
        _ => return None,
    };
    Some(Refusal::new(StatusCode::BAD_REQUEST, message))
}

//! `POST /sessions/{session}/messages`.

use axum::extract;
use wagon_http_kit::{Query, StrictJson, needs};
use wagon_services::{Quoting, SendMessage};

use super::compose::Request;
use super::options::{IdempotencyKey, Params};
use super::result::View;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    params: Query<Params, V1>,
    key: IdempotencyKey,
    request: StrictJson<Request, V1>,
) -> Result<View, Rejection> {
    let mode = params.0.mode()?;
    let (to, draft) = request.0.compose()?;
    let request = SendMessage {
        to,
        draft,
        idempotency_key: key.0,
        mode,
        quoting: Quoting::Anything,
    };
    let sent = state
        .services
        .messages
        .send(&at.caller, &at.session, request)
        .await?;
    Ok(View::try_from(sent)?)
}

//! `GET /sessions/{session}/contacts/{jid}`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::view::Detail;
use crate::error::{Rejection, V1};
use crate::path::ContactPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ContactPath { session, jid }: ContactPath,
) -> Result<Json<Detail>, Rejection> {
    let contact = state.services.contacts.get(&caller, &session, &jid).await?;
    Ok(Json(Detail::from(contact)))
}

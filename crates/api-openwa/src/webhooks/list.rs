//! `GET /sessions/{id}/webhooks`.

use axum::{Json, extract};
use wagon_http_kit::needs;

use super::fields::is_of;
use super::view::View;
use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Manage>,
) -> Result<Json<Vec<View>>, Failure> {
    let session = at.session(Family::Sessions)?;
    let webhooks = &state.services.webhooks;
    let mut list = webhooks.list(&at.caller).await?;
    list.retain(|webhook| is_of(webhook, session));
    Ok(Json(View::all(list, webhooks, &at.caller).await?))
}

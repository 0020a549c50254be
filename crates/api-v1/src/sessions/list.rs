//! `GET /sessions`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::List;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
) -> Result<Json<List<View>>, Rejection> {
    let sessions = state.services.sessions.list(&caller).await?;
    let views = sessions
        .into_iter()
        .map(|session| View::new(session, &state.gateway_id))
        .collect();
    Ok(Json(List::of(views)))
}

//! `GET /admin/sessions`: the sessions of all organisations, newest first.

use axum::{Json, extract};
use wagon_http_kit::SuperAdmin;

use crate::error::{Rejection, V1};
use crate::page::List;
use crate::sessions::SessionView;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
) -> Result<Json<List<SessionView>>, Rejection> {
    let sessions = state.services.sessions.list_all(&person).await?;
    let views = sessions
        .into_iter()
        .map(|session| SessionView::new(session, &state.gateway_id));
    Ok(Json(List::of(views.collect())))
}

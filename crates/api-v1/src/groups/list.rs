//! `GET /sessions/{session}/groups`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::view::GroupView;
use crate::error::{Rejection, V1};
use crate::page::List;
use crate::path::SessionPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<List<GroupView>>, Rejection> {
    let groups = state.services.groups.list(&caller, &session).await?;
    let data: Vec<GroupView> = groups.into_iter().map(Into::into).collect();
    Ok(Json(List::of(data)))
}

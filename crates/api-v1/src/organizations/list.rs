//! `GET /organizations`: the caller's own.

use axum::{Json, extract};
use wagon_http_kit::Anyone;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::List;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    who: Anyone<V1>,
) -> Result<Json<List<View>>, Rejection> {
    let memberships = state.services.organizations.list(&who).await?;
    Ok(Json(List::of(memberships.into_iter().map(View::from).collect())))
}

//! `GET /users`.

use axum::{Json, extract};
use wagon_http_kit::{Query, SuperAdmin};

use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::{Page, Params};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    person: SuperAdmin<V1>,
    params: Query<Params, V1>,
) -> Result<Json<Page<View>>, Rejection> {
    let limit = params.0.limit()?;
    let after = params.0.position(|text| text.parse().ok())?;
    let users = state
        .services
        .users
        .list(&person, after.as_ref(), limit.get())
        .await?;
    Ok(Json(Page::new(users, limit, |user| user.id.to_string())))
}

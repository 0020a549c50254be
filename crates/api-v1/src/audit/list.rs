//! `GET /audit`: the organisation's, latest first.

use axum::{Json, extract};
use wagon_http_kit::{Authenticated, Query};

use super::params::Params;
use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::Page;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    params: Query<Params, V1>,
) -> Result<Json<Page<View>>, Rejection> {
    let page = params.0.page();
    let (limit, before) = (page.limit()?, page.position(|text| text.parse().ok())?);
    let filter = params.0.filter()?;
    let audit = &state.services.audit;
    let entries = audit.list(&caller, filter, before.as_ref(), limit.get()).await?;
    Ok(Json(Page::new(entries, limit, |entry| entry.id.to_string())))
}

//! `GET /sessions/{id}/contacts`.

use axum::{Json, extract};
use serde::Deserialize;
use wagon_http_kit::{Query, needs};
use wagon_services::ContactFilter;

use super::FAMILY;
use super::view::View;
use crate::access::AtSession;
use crate::error::{Failure, OpenWa};
use crate::page::Window;
use crate::state::State;

const MOST: usize = 1000;

#[derive(Debug, Deserialize)]
pub(super) struct Params {
    limit: Option<String>,
    offset: Option<String>,
}

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    params: Query<Params, OpenWa>,
) -> Result<Json<Vec<View>>, Failure> {
    let params = params.0;
    let window = Window::parse(params.limit.as_deref(), params.offset.as_deref(), MOST)?;
    let (contacts, session) = (&state.services.contacts, at.session(FAMILY)?);
    let blocked = contacts
        .blocked(&at.caller, session)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    let filter = ContactFilter {
        offset: window.offset.try_into().unwrap_or(u32::MAX),
        ..ContactFilter::default()
    };
    let limit = window.limit.try_into().unwrap_or(u32::MAX);
    let found = contacts
        .list(&at.caller, session, filter, None, limit)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    let views = found.into_iter().map(|contact| View::new(contact, &blocked));
    Ok(Json(views.collect()))
}

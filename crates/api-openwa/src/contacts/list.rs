//! `GET /sessions/{id}/contacts`.

use axum::{Json, extract};
use wagon_http_kit::{Query, needs};
use wagon_services::ContactFilter;

use super::FAMILY;
use super::view::View;
use crate::access::AtSession;
use crate::error::{Failure, OpenWa};
use crate::page::Page;
use crate::state::State;

const MOST: u32 = 1000;

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    page: Query<Page, OpenWa>,
) -> Result<Json<Vec<View>>, Failure> {
    let window = page.0.window(MOST)?;
    let (contacts, session) = (&state.services.contacts, at.session(FAMILY)?);
    let blocked = contacts
        .blocked(&at.caller, session)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    let filter = ContactFilter {
        offset: window.offset,
        ..ContactFilter::default()
    };
    let limit = window.limit;
    let found = contacts
        .list(&at.caller, session, filter, None, limit)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    let views = found.into_iter().map(|contact| View::new(contact, &blocked));
    Ok(Json(views.collect()))
}

//! `GET /sessions/{id}/chats`.

use axum::{Json, extract};
use wagon_http_kit::{Query, needs};

use super::{FAMILY, Summary};
use crate::access::AtChat;
use crate::error::{Failure, OpenWa};
use crate::page::Page;
use crate::state::State;

const MOST: u32 = 1000;

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    page: Query<Page, OpenWa>,
) -> Result<Json<Vec<Summary>>, Failure> {
    let window = page.0.window(MOST)?;
    let mut chats = state
        .services
        .chats
        .overview(&at.caller, at.session(FAMILY)?, window.offset, window.limit)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    chats.retain(|overview| at.sees(&overview.chat.jid));
    let now = state.clock.now();
    Ok(Json(
        chats.into_iter().map(|chat| Summary::new(chat, now)).collect(),
    ))
}

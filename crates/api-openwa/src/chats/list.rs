//! `GET /sessions/{id}/chats`.

use axum::{Json, extract};
use serde::Deserialize;
use wagon_http_kit::{Query, needs};

use super::{FAMILY, Summary};
use crate::access::AtChat;
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
    at: AtChat<needs::Read>,
    params: Query<Params, OpenWa>,
) -> Result<Json<Vec<Summary>>, Failure> {
    let params = params.0;
    let window = Window::parse(params.limit.as_deref(), params.offset.as_deref(), MOST)?;
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mut chats = state
        .services
        .chats
        .overview(
            &at.caller,
            at.session(FAMILY)?,
            small(window.offset),
            small(window.limit),
        )
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    chats.retain(|overview| at.sees(&overview.chat.jid));
    let now = state.clock.now();
    Ok(Json(
        chats.into_iter().map(|chat| Summary::new(chat, now)).collect(),
    ))
}

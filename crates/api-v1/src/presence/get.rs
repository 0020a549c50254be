//! `GET /sessions/{session}/chats/{cid}/presence`.

use axum::{Json, extract};
use wagon_http_kit::Authenticated;

use super::view::View;
use crate::error::{Rejection, V1};
use crate::path::ChatPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ChatPath { session, chat }: ChatPath,
) -> Result<Json<View>, Rejection> {
    let (chat, presence) = state.services.presence.get(&caller, &session, &chat).await?;
    Ok(Json(
        presence.as_ref().map_or_else(|| View::unknown(chat), View::from),
    ))
}

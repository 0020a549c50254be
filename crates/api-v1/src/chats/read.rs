//! `POST /sessions/{session}/chats/{cid}/read`.

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
    let chat = state.services.chats.mark_read(&caller, &session, &chat).await?;
    Ok(Json(View::from(chat)))
}

//! `DELETE /sessions/{session}/chats/{cid}`.

use axum::extract;
use axum::response::NoContent;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::path::ChatPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ChatPath { session, chat }: ChatPath,
) -> Result<NoContent, Rejection> {
    state.services.chats.delete(&caller, &session, &chat).await?;
    Ok(NoContent)
}

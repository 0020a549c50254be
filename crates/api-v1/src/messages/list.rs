//! `GET /sessions/{session}/chats/{cid}/messages`.

use axum::{Json, extract};
use wagon_domain::MessageId;
use wagon_http_kit::{Authenticated, Query};

use super::view::View;
use crate::error::{Rejection, V1};
use crate::page::{Page, Params};
use crate::path::ChatPath;
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ChatPath { session, chat }: ChatPath,
    params: Query<Params, V1>,
) -> Result<Json<Page<View>>, Rejection> {
    let limit = params.0.limit()?;
    let before = params.0.position(|text| text.parse::<MessageId>().ok())?;
    let messages = state
        .services
        .messages
        .list(&caller, &session, &chat, before.as_ref(), limit.get())
        .await?;
    Ok(Json(Page::<View>::new(messages, limit, |last| {
        last.id.to_string()
    })))
}

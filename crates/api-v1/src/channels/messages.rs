//! `GET /sessions/{session}/channels/{channel}/messages`.

use axum::{Json, extract};
use wagon_domain::MessageId;
use wagon_http_kit::{Authenticated, Query};

use super::path::ChannelPath;
use crate::error::{Rejection, V1};
use crate::messages::View;
use crate::page::{Page, Params};
use crate::state::State;

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ChannelPath { session, channel }: ChannelPath,
    params: Query<Params, V1>,
) -> Result<Json<Page<View>>, Rejection> {
    let limit = params.0.limit()?;
    let before = params.0.position(|text| text.parse::<MessageId>().ok())?;
    let messages = state
        .services
        .channels
        .messages(&caller, &session, &channel, before.as_ref(), limit.get())
        .await?;
    Ok(Json(Page::<View>::new(messages, limit, |last| {
        last.id.to_string()
    })))
}

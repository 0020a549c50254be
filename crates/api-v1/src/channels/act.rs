//! `POST /sessions/{session}/channels/{channel}:follow`, `:unfollow`, `:mute`.

use axum::extract;
use axum::response::NoContent;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{LenientJson, needs};

use super::path::ChannelPath;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MuteChannel")]
pub(crate) struct Request {
    /// True unless given.
    mute: Option<bool>,
}

pub(crate) async fn follow(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    ChannelPath { session, channel }: ChannelPath,
) -> Result<NoContent, Rejection> {
    let channels = &state.services.channels;
    channels.follow(&at.caller, &session, &channel).await?;
    Ok(NoContent)
}

pub(crate) async fn unfollow(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    ChannelPath { session, channel }: ChannelPath,
) -> Result<NoContent, Rejection> {
    let channels = &state.services.channels;
    channels.unfollow(&at.caller, &session, &channel).await?;
    Ok(NoContent)
}

pub(crate) async fn mute(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    ChannelPath { session, channel }: ChannelPath,
    request: LenientJson<Request, V1>,
) -> Result<NoContent, Rejection> {
    let muted = request.0.mute.unwrap_or(true);
    let channels = &state.services.channels;
    channels.mute(&at.caller, &session, &channel, muted).await?;
    Ok(NoContent)
}

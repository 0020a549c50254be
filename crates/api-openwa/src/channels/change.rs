//! What the account does with channels.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};

use super::view::View;
use super::{FAMILY, refuse};
use crate::access::{AtChat, AtSession};
use crate::done::Done;
use crate::error::{Failure, OpenWa, Refusal};
use crate::jid;
use crate::openapi::Created;
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateChannel")]
pub(super) struct Create {
    name: String,
    description: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "SubscribeChannel")]
pub(super) struct Subscribe {
    invite_code: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MuteChannel")]
pub(super) struct Mute {
    mute: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "DemoteChannelAdmin")]
pub(super) struct Demote {
    user_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "TransferChannel")]
pub(super) struct HandOver {
    new_owner_id: String,
}

/// `POST /sessions/{id}/channels`.
pub(super) async fn create(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Create, OpenWa>,
) -> Result<Created<View>, Failure> {
    let (channels, session) = (&state.services.channels, at.session(FAMILY)?);
    let Create { name, description } = request.0;
    let made = channels
        .create(&at.caller, session, &name, description.as_deref())
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    let made = channels
        .get(&at.caller, session, &made)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Created(made.into()))
}

/// `POST /sessions/{id}/channels/subscribe`.
pub(super) async fn subscribe(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Subscribe, OpenWa>,
) -> Result<Created<View>, Failure> {
    let channels = &state.services.channels;
    let followed = channels
        .follow_invite(&at.caller, at.session(FAMILY)?, &request.0.invite_code)
        .await
        .map_err(|error| match error {
            wagon_services::Error::NotFound(wagon_services::Missing::OnWhatsApp) => {
                Refusal::not_found("No channel has this invite code").into()
            }
            error => at.refuse(error, FAMILY),
        })?;
    Ok(Created(followed.into()))
}

/// `DELETE /sessions/{id}/channels/{cid}`: the channel stays.
pub(super) async fn unsubscribe(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    let channel = at.chat_in(&path, "cid")?;
    let channels = &state.services.channels;
    channels
        .unfollow(&at.caller, at.session(FAMILY)?, &channel)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(Done::OK))
}

/// `POST /sessions/{id}/channels/{cid}/delete`: the end of it, for everybody.
pub(super) async fn delete(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<Done>, Failure> {
    let channel = at.chat_in(&path, "cid")?;
    let channels = &state.services.channels;
    channels
        .delete(&at.caller, at.session(FAMILY)?, &channel)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(Done::OK))
}

/// `POST /sessions/{id}/channels/{cid}/mute`.
pub(super) async fn mute(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    request: StrictJson<Mute, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let channel = at.chat_in(&path, "cid")?;
    let channels = &state.services.channels;
    channels
        .mute(&at.caller, at.session(FAMILY)?, &channel, request.0.mute)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(Done::OK))
}

/// `POST /sessions/{id}/channels/{cid}/admins/demote`.
pub(super) async fn demote(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    request: StrictJson<Demote, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let channel = at.chat_in(&path, "cid")?;
    let admin = jid::named("userId", &request.0.user_id)?;
    let channels = &state.services.channels;
    channels
        .demote(&at.caller, at.session(FAMILY)?, &channel, &admin)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(Done::OK))
}

/// `POST /sessions/{id}/channels/{cid}/owner/transfer`: there is no way back.
pub(super) async fn hand_over(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    request: StrictJson<HandOver, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let channel = at.chat_in(&path, "cid")?;
    let owner = jid::named("newOwnerId", &request.0.new_owner_id)?;
    let channels = &state.services.channels;
    channels
        .hand_over(&at.caller, at.session(FAMILY)?, &channel, &owner)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(Done::OK))
}

//! What admins can switch.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_domain::group::GroupInfo;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::GroupSettings;

use super::{FAMILY, refuse};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa, Refusal};
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GroupSettings")]
pub(super) struct View {
    announce: bool,
    locked: bool,
    ephemeral_seconds: u32,
    member_add_mode: Adders,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "GroupMemberAddMode")]
enum Adders {
    All,
    Admins,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ChangeGroupSettings")]
pub(super) struct Request {
    announce: Option<bool>,
    locked: Option<bool>,
    ephemeral_seconds: Option<u32>,
    member_add_mode: Option<Adders>,
}

impl View {
    pub(super) fn of(info: &GroupInfo) -> Self {
        Self {
            announce: info.announce,
            locked: info.locked,
            ephemeral_seconds: info.ephemeral.unwrap_or_default(),
            member_add_mode: if info.admins_add {
                Adders::Admins
            } else {
                Adders::All
            },
        }
    }
}

/// `GET /sessions/{id}/groups/{gid}/settings`.
pub(super) async fn get(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let group = at.chat_in(&path, "gid")?;
    let info = state
        .services
        .groups
        .info(&at.caller, at.session(FAMILY)?, &group)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(View::of(&info)))
}

/// `PUT /sessions/{id}/groups/{gid}/settings`.
pub(super) async fn set(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    request: StrictJson<Request, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let group = at.chat_in(&path, "gid")?;
    let settings = request.0.read()?;
    state
        .services
        .groups
        .update(&at.caller, at.session(FAMILY)?, &group, settings)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(Done::said("Group settings updated")))
}

impl Request {
    fn read(self) -> Result<GroupSettings, Refusal> {
        let Self {
            announce,
            locked,
            ephemeral_seconds,
            member_add_mode,
        } = self;
        if announce.is_none() && locked.is_none() && ephemeral_seconds.is_none() && member_add_mode.is_none()
        {
            return Err(Refusal::validation(vec![
                "at least one of announce, locked, ephemeralSeconds and memberAddMode is required".to_owned(),
            ]));
        }
        Ok(GroupSettings {
            announce,
            locked,
            ephemeral: ephemeral_seconds,
            admins_add: member_add_mode.map(|mode| mode == Adders::Admins),
            ..GroupSettings::default()
        })
    }
}

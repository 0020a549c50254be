//! What a group says of itself.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::GroupSettings;

use super::{FAMILY, refuse};
use crate::access::AtChat;
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::length;
use crate::path::Path;
use crate::state::State;

const LONGEST_DESCRIPTION: usize = 1024;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GroupSubject")]
pub(super) struct Subject {
    subject: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GroupDescription")]
pub(super) struct Description {
    description: String,
}

/// `PUT /sessions/{id}/groups/{gid}/subject`.
pub(super) async fn subject(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    request: StrictJson<Subject, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let settings = GroupSettings {
        subject: Some(request.0.subject),
        ..GroupSettings::default()
    };
    set(&state, &at, &path, settings).await?;
    Ok(Json(Done::said("Group subject updated")))
}

/// `PUT /sessions/{id}/groups/{gid}/description`; an empty one is taken away.
pub(super) async fn description(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
    request: StrictJson<Description, OpenWa>,
) -> Result<Json<Done>, Failure> {
    length::within("description", &request.0.description, 0..=LONGEST_DESCRIPTION)?;
    let settings = GroupSettings {
        description: Some(request.0.description),
        ..GroupSettings::default()
    };
    set(&state, &at, &path, settings).await?;
    Ok(Json(Done::said("Group description updated")))
}

async fn set(
    state: &State,
    at: &AtChat<needs::Send>,
    path: &Path,
    settings: GroupSettings,
) -> Result<(), Failure> {
    let group = at.chat_in(path, "gid")?;
    state
        .services
        .groups
        .update(&at.caller, at.session(FAMILY)?, &group, settings)
        .await
        .map_err(|error| refuse(at, path, error))
}

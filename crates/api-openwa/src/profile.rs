//! What the account shows of itself.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{BodyLimit, StrictJson, needs};
use wagon_services::ChangeProfile;

use crate::access::{AtSession, Family};
use crate::done::Done;
use crate::error::{Failure, OpenWa};
use crate::file::File;
use crate::openapi::{Api, op};
use crate::state::State;

const FAMILY: Family = Family::Account;

pub(crate) fn routes(api: Api, files: BodyLimit) -> Api {
    api.about("Profile", "The account's own profile.")
        .put(
            "/sessions/{id}/profile/name",
            name,
            op("setProfileName", "Sets the name"),
        )
        .put(
            "/sessions/{id}/profile/status",
            about,
            op("setProfileStatus", "Sets the about text"),
        )
        .put(
            "/sessions/{id}/profile/picture",
            set_picture,
            op("setProfilePicture", "Sets the picture").limit(files),
        )
        .delete(
            "/sessions/{id}/profile/picture",
            remove_picture,
            op("removeProfilePicture", "Removes the picture"),
        )
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProfileName")]
struct Name {
    name: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProfileStatus")]
struct About {
    status: String,
}

/// `PUT /sessions/{id}/profile/name`.
async fn name(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Name, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let change = ChangeProfile {
        name: Some(request.0.name),
        ..ChangeProfile::default()
    };
    make(&state, &at, change).await?;
    Ok(Json(Done::said("Profile name updated")))
}

/// `PUT /sessions/{id}/profile/status`; an empty text clears it.
async fn about(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<About, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let change = ChangeProfile {
        about: Some(request.0.status),
        ..ChangeProfile::default()
    };
    make(&state, &at, change).await?;
    Ok(Json(Done::said("Profile status updated")))
}

async fn make(state: &State, at: &AtSession<needs::Send>, change: ChangeProfile) -> Result<(), Failure> {
    let profile = &state.services.profile;
    let changed = profile.change(&at.caller, at.session(FAMILY)?, change).await;
    changed.map(drop).map_err(|error| at.refuse(error, FAMILY))
}

/// `PUT /sessions/{id}/profile/picture`.
async fn set_picture(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    picture: StrictJson<File, OpenWa>,
) -> Result<Json<Done>, Failure> {
    let picture = picture.0.origin()?;
    let profile = &state.services.profile;
    profile
        .set_picture_from(&at.caller, at.session(FAMILY)?, picture)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(Done::said("Profile picture updated")))
}

/// `DELETE /sessions/{id}/profile/picture`.
async fn remove_picture(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
) -> Result<Json<Done>, Failure> {
    let profile = &state.services.profile;
    profile
        .set_picture(&at.caller, at.session(FAMILY)?, None)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(Done::said("Profile picture removed")))
}

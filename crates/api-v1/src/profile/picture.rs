//! `PUT` and `DELETE /sessions/{session}/profile/picture`.

use axum::response::NoContent;
use axum::{Json, extract};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{Authenticated, StrictJson, needs};
use wagon_services::Error;

use crate::error::{Rejection, V1};
use crate::path::{InSession, SessionPath};
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SetPicture")]
pub(crate) struct Request {
    /// A JPEG in base64.
    data: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PictureSet")]
pub(crate) struct View {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

pub(crate) async fn set(
    extract::State(state): extract::State<State>,
    InSession { caller, session, .. }: InSession<needs::Send>,
    request: StrictJson<Request, V1>,
) -> Result<Json<View>, Rejection> {
    let image = STANDARD.decode(&request.0.data).map_err(|_| Error::Invalid {
        field: "data",
        message: "data must be base64".to_owned(),
    })?;
    let profile = &state.services.profile;
    let id = profile.set_picture(&caller, &session, Some(image)).await?;
    Ok(Json(View { id }))
}

pub(crate) async fn remove(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<NoContent, Rejection> {
    state
        .services
        .profile
        .set_picture(&caller, &session, None)
        .await?;
    Ok(NoContent)
}

//! The invite link of a group.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use super::{FAMILY, refuse};
use crate::access::AtChat;
use crate::error::Failure;
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GroupInvite")]
pub(super) struct View {
    invite_code: String,
    invite_link: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

/// `GET /sessions/{id}/groups/{gid}/invite-code`.
pub(super) async fn get(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let group = at.chat_in(&path, "gid")?;
    let link = state
        .services
        .groups
        .invite(&at.caller, at.session(FAMILY)?, &group)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    Ok(Json(View::new(link, None)))
}

/// `POST /sessions/{id}/groups/{gid}/invite-code/revoke`.
pub(super) async fn revoke(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Send>,
    path: Path,
) -> Result<Json<View>, Failure> {
    let group = at.chat_in(&path, "gid")?;
    let link = state
        .services
        .groups
        .renew_invite(&at.caller, at.session(FAMILY)?, &group)
        .await
        .map_err(|error| refuse(&at, &path, error))?;
    let message = "Invite code revoked and new one generated";
    Ok(Json(View::new(link, Some(message))))
}

impl View {
    fn new(link: String, message: Option<&'static str>) -> Self {
        let code = link.rsplit('/').next().unwrap_or_default();
        Self {
            invite_code: code.to_owned(),
            invite_link: link,
            message,
        }
    }
}

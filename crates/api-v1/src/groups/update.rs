//! `PATCH /sessions/{session}/groups/{gid}`.

use axum::extract;
use axum::response::NoContent;
use schemars::JsonSchema;
use serde::Deserialize;
use wagon_http_kit::{StrictJson, needs};
use wagon_services::{Error, GroupSettings};

use super::path::Group;
use crate::error::{Rejection, V1};
use crate::path::InSession;
use crate::state::State;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UpdateGroup")]
pub(crate) struct Request {
    subject: Option<String>,
    description: Option<String>,
    announce: Option<bool>,
    locked: Option<bool>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: InSession<needs::Send>,
    Group(group): Group,
    request: StrictJson<Request, V1>,
) -> Result<NoContent, Rejection> {
    let settings = request.0.settings()?;
    let groups = &state.services.groups;
    groups.update(&at.caller, &at.session, &group, settings).await?;
    Ok(NoContent)
}

impl Request {
    fn settings(self) -> Result<GroupSettings, Error> {
        let Self {
            subject,
            description,
            announce,
            locked,
        } = self;
        if subject.is_none() && description.is_none() && announce.is_none() && locked.is_none() {
            return Err(Error::Invalid {
                field: "subject",
                message: "no group settings to update".to_owned(),
            });
        }
        Ok(GroupSettings {
            ephemeral: None,
            admins_add: None,
            subject,
            description,
            announce,
            locked,
        })
    }
}

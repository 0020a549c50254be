//! `GET /sessions/{id}/groups/{gid}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::group::{GroupInfo, GroupMember, GroupRole};
use wagon_domain::{Jid, Timestamp};
use wagon_http_kit::needs;

use super::settings;
use super::{FAMILY, refuse};
use crate::access::AtChat;
use crate::error::Failure;
use crate::jid;
use crate::path::Path;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Group")]
pub(super) struct View {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// Epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
    participants: Vec<Participant>,
    is_read_only: bool,
    is_announce: bool,
    #[serde(rename = "linkedParentJID")]
    linked_parent: Option<String>,
    #[serde(flatten)]
    settings: settings::View,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GroupParticipant")]
struct Participant {
    id: String,
    number: String,
    is_admin: bool,
    is_super_admin: bool,
}

pub(super) async fn handler(
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
    let record = at.record(FAMILY)?;
    let own = [record.jid.as_ref(), record.lid.as_ref()].map(|jid| jid.map(Jid::bare));
    Ok(Json(View::new(info, &own)))
}

impl View {
    /// `own` are the addresses of the account.
    fn new(info: GroupInfo, own: &[Option<Jid>; 2]) -> Self {
        let is_own = |member: &&GroupMember| {
            let party = &member.party;
            let addresses = [&party.jid, &party.lid];
            own.iter()
                .flatten()
                .any(|own| addresses.contains(&&Some(own.clone())))
        };
        let is_admin = info
            .members
            .iter()
            .find(is_own)
            .is_some_and(|member| member.role.is_admin());
        Self {
            id: jid::to_text(&info.jid),
            settings: settings::View::of(&info),
            name: info.subject,
            description: info.description,
            owner: info.owner.as_ref().map(jid::to_text),
            created_at: info.created_at.map(Timestamp::as_secs),
            participants: info.members.iter().filter_map(Participant::new).collect(),
            is_read_only: info.announce && !is_admin,
            is_announce: info.announce,
            linked_parent: info.parent.as_ref().map(jid::to_text),
        }
    }
}

impl Participant {
    fn new(member: &GroupMember) -> Option<Self> {
        let address = member.party.address()?;
        let phone = member.party.jid.as_ref();
        Some(Self {
            id: jid::to_text(address),
            number: phone.unwrap_or(address).user().to_owned(),
            is_admin: member.role.is_admin(),
            is_super_admin: member.role == GroupRole::SuperAdmin,
        })
    }
}

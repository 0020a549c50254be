//! Groups: what they are, and what phones do with them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wacore_binary::Jid;

use super::{Body, Error, accounts::find, phones::address};
use crate::{
    groups::{self, Change, GroupError, Joined, NewDescription, NewGroup, Outcome, Setting},
    network::Network,
    phone,
    state::{Community, Group, GroupSettings, Role, Space},
};

impl From<GroupError> for Error {
    fn from(error: GroupError) -> Self {
        match error {
            GroupError::NotFound => Self::not_found("group or person"),
            GroupError::Forbidden | GroupError::NotAuthorized | GroupError::Removed => Self::forbidden(error),
            GroupError::AlreadyMember | GroupError::Conflict | GroupError::Full => Self::conflict(error),
            GroupError::Malformed | GroupError::NotAcceptable | GroupError::Gone => Self::bad_request(error),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as the group's own switches")]
pub(super) struct View {
    jid: String,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// `lid` or `pn`.
    addressing: &'static str,
    announcement: bool,
    locked: bool,
    approval: bool,
    ephemeral: u32,
    community: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    participants: Vec<ParticipantView>,
    /// Phone numbers of those who wait to be let in.
    requests: Vec<String>,
}

#[derive(Serialize)]
struct ParticipantView {
    pn: String,
    lid: String,
    role: Role,
}

impl View {
    fn of(group: &Group) -> Self {
        group.with(|state| Self {
            jid: group.jid().to_string(),
            subject: state.subject.text.clone(),
            description: state
                .description
                .as_ref()
                .map(|description| description.text.clone()),
            addressing: group.mode(),
            announcement: state.settings.announcement,
            locked: state.settings.locked,
            approval: state.settings.approval,
            ephemeral: state.settings.ephemeral,
            community: state.settings.community.is_some(),
            parent: state
                .parent
                .as_ref()
                .map(|parent| Jid::group(parent.clone()).to_string()),
            participants: state
                .members
                .values()
                .map(|member| ParticipantView {
                    pn: member.account.pn.to_string(),
                    lid: member.account.lid.to_string(),
                    role: member.role,
                })
                .collect(),
            requests: state.requests.keys().map(ToString::to_string).collect(),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    /// Phone number of a member.
    member: Option<String>,
}

pub(super) async fn list(
    State(network): State<Arc<Network>>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<View>>, Error> {
    let groups = match query.member {
        Some(pn) => network.groups.of(&*find(&network, &pn)?),
        None => network.groups.all(),
    };
    Ok(Json(groups.iter().map(|group| View::of(group)).collect()))
}

pub(super) async fn show(
    State(network): State<Arc<Network>>,
    Path(id): Path<String>,
) -> Result<Json<View>, Error> {
    Ok(Json(View::of(&*group(&network, &id)?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateRequest {
    subject: String,
    #[serde(default)]
    participants: Vec<String>,
    description: Option<String>,
    /// How members address each other; hidden identities unless this says `pn`.
    #[serde(default)]
    addressing: Addressing,
    #[serde(default)]
    community: bool,
    /// The community it is for.
    parent: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Addressing {
    #[default]
    Lid,
    Pn,
}

pub(super) async fn create(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<CreateRequest>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let actor = find(&network, &pn)?;
    let new = NewGroup {
        participants: addresses(&request.participants)?,
        subject: request.subject,
        description: request.description.map(new_description),
        settings: GroupSettings {
            members_may_add: true,
            community: request.community.then(Community::default),
            ..GroupSettings::default()
        },
        space: match request.addressing {
            Addressing::Lid => Space::Lid,
            Addressing::Pn => Space::Pn,
        },
        parent: request.parent.as_deref().map(group_jid),
        with_general_chat: false,
        key: None,
    };
    let (group, outcomes) = groups::create(&network, &actor, new)?;
    let answer = json!({ "group": View::of(&group), "participants": outcome_views(&outcomes) });
    Ok((StatusCode::CREATED, Json(answer)))
}

#[derive(Deserialize)]
pub(super) struct JoinRequest {
    /// A code or the whole link.
    invite: String,
}

pub(super) async fn join(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<JoinRequest>,
) -> Result<Json<Value>, Error> {
    let actor = find(&network, &pn)?;
    let code = request
        .invite
        .strip_prefix(groups::INVITE_LINK)
        .unwrap_or(&request.invite);
    let (jid, waiting) = match groups::join(&network, &actor, code)? {
        Joined::Member(jid) => (jid, false),
        Joined::Waiting(jid) => (jid, true),
    };
    Ok(Json(json!({ "jid": jid.to_string(), "waiting": waiting })))
}

pub(super) async fn leave(
    State(network): State<Arc<Network>>,
    Path((pn, id)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let (actor, group) = (find(&network, &pn)?, group(&network, &id)?);
    groups::leave(&network, &group, &actor)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct MembersRequest {
    action: Action,
    participants: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Add,
    Remove,
    Promote,
    Demote,
    Approve,
    Reject,
}

pub(super) async fn members(
    State(network): State<Arc<Network>>,
    Path((pn, id)): Path<(String, String)>,
    Body(request): Body<MembersRequest>,
) -> Result<Json<Value>, Error> {
    let (actor, group) = (find(&network, &pn)?, group(&network, &id)?);
    let jids = addresses(&request.participants)?;
    let change = |what| groups::change_members(&network, &group, &actor, what, &jids);
    let outcomes = match request.action {
        Action::Add => change(Change::Add),
        Action::Remove => change(Change::Remove),
        Action::Promote => change(Change::Promote),
        Action::Demote => change(Change::Demote),
        Action::Approve => groups::decide(&network, &group, &actor, true, &jids),
        Action::Reject => groups::decide(&network, &group, &actor, false, &jids),
    }?;
    Ok(Json(json!({ "participants": outcome_views(&outcomes) })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeRequest {
    subject: Option<String>,
    /// Empty deletes it.
    description: Option<String>,
    announcement: Option<bool>,
    locked: Option<bool>,
    approval: Option<bool>,
    ephemeral: Option<u32>,
    members_may_add: Option<bool>,
}

/// Changes what is named, in the order of the fields. The first refusal ends it.
pub(super) async fn change(
    State(network): State<Arc<Network>>,
    Path((pn, id)): Path<(String, String)>,
    Body(request): Body<ChangeRequest>,
) -> Result<Json<View>, Error> {
    let (actor, group) = (find(&network, &pn)?, group(&network, &id)?);
    if let Some(subject) = &request.subject {
        groups::rename(&network, &group, &actor, subject)?;
    }
    if let Some(text) = request.description {
        let previous = group.with(|state| {
            state
                .description
                .as_ref()
                .map(|description| description.id.clone())
        });
        let new = Some(text).filter(|text| !text.is_empty()).map(new_description);
        groups::describe(&network, &group, &actor, new, previous.as_deref())?;
    }
    let settings = [
        request.announcement.map(Setting::Announcement),
        request.locked.map(Setting::Locked),
        request.approval.map(Setting::Approval),
        request.ephemeral.map(Setting::Ephemeral),
        request.members_may_add.map(Setting::MembersMayAdd),
    ];
    for setting in settings.into_iter().flatten() {
        groups::set(&network, &group, &actor, setting)?;
    }
    Ok(Json(View::of(&group)))
}

pub(super) async fn invite(
    State(network): State<Arc<Network>>,
    Path((pn, id)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let (actor, group) = (find(&network, &pn)?, group(&network, &id)?);
    Ok(Json(link(&groups::invite_code(&group, &actor)?)))
}

pub(super) async fn revoke_invite(
    State(network): State<Arc<Network>>,
    Path((pn, id)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let (actor, group) = (find(&network, &pn)?, group(&network, &id)?);
    Ok(Json(link(&groups::revoke_invite(&network, &group, &actor)?)))
}

fn link(code: &str) -> Value {
    json!({ "code": code, "link": format!("{}{code}", groups::INVITE_LINK) })
}

fn outcome_views(outcomes: &[Outcome]) -> Vec<Value> {
    let views = outcomes.iter().map(|outcome| match outcome.refused {
        Some(error) => json!({ "jid": outcome.jid.to_string(), "error": error.code() }),
        None => json!({ "jid": outcome.jid.to_string() }),
    });
    views.collect()
}

fn group(network: &Network, id: &str) -> Result<Arc<Group>, Error> {
    groups::find(network, &group_jid(id)).map_err(|_| Error::not_found("group"))
}

/// With or without the server part.
fn group_jid(id: &str) -> Jid {
    Jid::group(id.strip_suffix("@g.us").unwrap_or(id))
}

fn addresses(texts: &[String]) -> Result<Vec<Jid>, Error> {
    texts.iter().map(|text| address(text)).collect()
}

fn new_description(text: String) -> NewDescription {
    NewDescription {
        id: phone::new_id(),
        text,
    }
}

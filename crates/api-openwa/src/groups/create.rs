//! `POST /sessions/{id}/groups`.

use axum::extract;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{StrictJson, needs};
use wagon_services::CreateGroup;

use super::FAMILY;
use crate::access::AtSession;
use crate::error::{Failure, OpenWa, Refusal};
use crate::jid;
use crate::openapi::Created;
use crate::state::State;

const MOST_PARTICIPANTS: usize = 256;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateGroup")]
pub(super) struct Request {
    name: String,
    participants: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedGroup")]
pub(super) struct View {
    id: String,
    name: String,
    participants_count: usize,
    is_admin: bool,
    #[serde(rename = "linkedParentJID")]
    linked_parent: Option<String>,
}

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Send>,
    request: StrictJson<Request, OpenWa>,
) -> Result<Created<View>, Failure> {
    let Request { name, participants } = request.0;
    if !(1..=MOST_PARTICIPANTS).contains(&participants.len()) {
        let problem = format!("participants must contain 1 to {MOST_PARTICIPANTS} elements");
        return Err(Refusal::validation(vec![problem]).into());
    }
    let members = jid::all_named("participants", &participants)?;
    let asked = members.len();
    let request = CreateGroup {
        subject: name.clone(),
        members,
    };
    let made = state
        .services
        .groups
        .create(&at.caller, at.session(FAMILY)?, request)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    let view = View {
        id: jid::to_text(&made.jid),
        name: made.group.and_then(|group| group.subject).unwrap_or(name),
        // The account itself is a member, and runs the group.
        participants_count: asked - made.not_added.len() + 1,
        is_admin: true,
        linked_parent: None,
    };
    Ok(Created(view))
}

//! `GET /sessions/{id}/groups`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::{Query, needs};

use super::FAMILY;
use crate::access::AtChat;
use crate::error::{Failure, OpenWa};
use crate::jid;
use crate::page::Page;
use crate::state::State;

const MOST: u32 = 1000;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GroupSummary")]
pub(super) struct View {
    id: String,
    name: String,
    /// Only the group itself tells of its community.
    #[serde(rename = "linkedParentJID")]
    linked_parent: Option<String>,
}

pub(super) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    page: Query<Page, OpenWa>,
) -> Result<Json<Vec<View>>, Failure> {
    let window = page.0.window(MOST)?;
    let mut groups = state
        .services
        .groups
        .list(&at.caller, at.session(FAMILY)?)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    groups.retain(|group| at.sees(&group.jid));
    let views = window.cut(groups).map(|group| View {
        id: jid::to_text(&group.jid),
        name: group.subject.unwrap_or_default(),
        linked_parent: None,
    });
    Ok(Json(views.collect()))
}

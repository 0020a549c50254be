//! `POST /sessions/{session}/contacts/{jid}/block` and `/unblock`, `GET …/contacts/blocklist`.

use axum::response::NoContent;
use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::message::Chat;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::page::List;
use crate::path::{ContactPath, SessionPath};
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BlockedContact")]
pub(crate) struct View {
    jid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lid: Option<String>,
}

pub(crate) async fn block(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ContactPath { session, jid }: ContactPath,
) -> Result<NoContent, Rejection> {
    state
        .services
        .contacts
        .set_blocked(&caller, &session, &jid, true)
        .await?;
    Ok(NoContent)
}

pub(crate) async fn unblock(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ContactPath { session, jid }: ContactPath,
) -> Result<NoContent, Rejection> {
    state
        .services
        .contacts
        .set_blocked(&caller, &session, &jid, false)
        .await?;
    Ok(NoContent)
}

pub(crate) async fn list(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    SessionPath(session): SessionPath,
) -> Result<Json<List<View>>, Rejection> {
    let blocked = state.services.contacts.blocked(&caller, &session).await?;
    Ok(Json(List::of(blocked.into_iter().map(View::from).collect())))
}

impl From<Chat> for View {
    fn from(who: Chat) -> Self {
        Self {
            jid: who.jid.into(),
            lid: who.alias.map(String::from),
        }
    }
}

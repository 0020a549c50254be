//! `GET /sessions/{session}/contacts/{jid}/picture`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::path::ContactPath;
use crate::state::State;

/// Empty when there is no picture that this account may see.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactPicture")]
pub(crate) struct View {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ContactPath { session, jid }: ContactPath,
) -> Result<Json<View>, Rejection> {
    let picture = state.services.contacts.picture(&caller, &session, &jid).await?;
    let (url, id) = picture.map(|picture| (picture.url, picture.id)).unzip();
    Ok(Json(View { url, id }))
}

//! `GET /sessions/{session}/contacts/{jid}/about`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::Authenticated;

use crate::error::{Rejection, V1};
use crate::path::ContactPath;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactAbout")]
pub(crate) struct View {
    about: String,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Authenticated<V1>,
    ContactPath { session, jid }: ContactPath,
) -> Result<Json<View>, Rejection> {
    let about = state.services.contacts.about(&caller, &session, &jid).await?;
    Ok(Json(View {
        about: about.unwrap_or_default(),
    }))
}

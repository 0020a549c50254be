//! Profile pictures, of one contact and of many.

use std::collections::BTreeMap;

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{Query, needs};

use super::FAMILY;
use crate::access::{AtChat, AtSession};
use crate::error::{Failure, OpenWa};
use crate::jid;
use crate::path::Path;
use crate::state::State;

/// So many ids are looked at; the rest is passed over.
const MOST: usize = 50;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactPicture")]
pub(super) struct One {
    url: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactPictures")]
pub(super) struct Many {
    pictures: BTreeMap<String, Option<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Params {
    ids: Option<String>,
}

/// `GET /sessions/{id}/contacts/{contactId}/profile-picture`.
pub(super) async fn one(
    extract::State(state): extract::State<State>,
    at: AtChat<needs::Read>,
    path: Path,
) -> Result<Json<One>, Failure> {
    let who = at.chat_in(&path, "contactId")?;
    let picture = state
        .services
        .contacts
        .picture(&at.caller, at.session(FAMILY)?, &who)
        .await
        .map_err(|error| at.refuse(error, FAMILY))?;
    Ok(Json(One {
        url: picture.map(|picture| picture.url),
    }))
}

/// `GET /sessions/{id}/contacts/profile-pictures`. What cannot be looked up has none.
pub(super) async fn many(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
    params: Query<Params, OpenWa>,
) -> Result<Json<Many>, Failure> {
    let session = at.session(FAMILY)?;
    let ids = params.0.ids.unwrap_or_default();
    let mut pictures = BTreeMap::new();
    for id in ids.split(',').filter(|id| !id.is_empty()).take(MOST) {
        let url = match jid::lenient(id) {
            Ok(who) => {
                let found = state.services.contacts.picture(&at.caller, session, &who).await;
                found.ok().flatten().map(|picture| picture.url)
            }
            Err(_) => None,
        };
        pictures.insert(id.to_owned(), url);
    }
    Ok(Json(Many { pictures }))
}

//! Media: what phones have received, and what becomes of it on the host.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Error, accounts::find};
use crate::{network::Network, phone};

/// The bytes of the media in a message that the phone has seen.
pub(super) async fn download(
    State(network): State<Arc<Network>>,
    Path((pn, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let account = find(&network, &pn)?;
    let media = phone::open_media(&network, &account, &id).ok_or_else(|| Error::not_found("media"))?;
    let content_type = media
        .mimetype
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    Ok(([(header::CONTENT_TYPE, content_type)], media.bytes).into_response())
}

#[derive(Deserialize)]
pub(super) struct ExpireRequest {
    /// The message whose media expires, as the phone knows it.
    id: String,
    /// The phone does not have it any more either.
    #[serde(default)]
    lost: bool,
}

pub(super) async fn expire(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<ExpireRequest>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    let path = phone::media_path(&account, &request.id).ok_or_else(|| Error::not_found("media"))?;
    if network.media.expire(&path, request.lost) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::not_found("media"))
    }
}

/// Makes clients fetch new credentials for the media host.
pub(super) async fn rotate_auth(State(network): State<Arc<Network>>) -> Json<Value> {
    network.media.rotate_auth();
    Json(json!({ "auth": network.media.auth() }))
}

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Body, Error,
    accounts::find,
    phones::{address, send_error},
};
use crate::{
    network::Network,
    phone::{self, Reply, Ring},
};

/// How long phones ring.
const PATIENCE_S: u64 = 45;
const LONGEST_PATIENCE_S: u64 = 600;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    to: String,
    id: Option<String>,
    #[serde(default)]
    video: bool,
    group: Option<String>,
    ring_seconds: Option<u64>,
}

pub(super) async fn place(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<Request>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let account = find(&network, &pn)?;
    let called = network
        .directory
        .resolve(&address(&request.to)?)
        .ok_or_else(|| Error::not_found("account to call"))?;
    let group = request.group.as_deref().map(address).transpose()?;
    let seconds = request.ring_seconds.unwrap_or(PATIENCE_S).min(LONGEST_PATIENCE_S);
    let ring = Ring {
        id: request
            .id
            .unwrap_or_else(|| hex::encode_upper(rand::random::<[u8; 16]>())),
        video: request.video,
        group,
        patience: Duration::from_secs(seconds),
    };
    let id = ring.id.clone();
    phone::ring(&network, &account, &called, ring).map_err(send_error)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

pub(super) async fn reply(
    State(network): State<Arc<Network>>,
    Path((pn, id, reply)): Path<(String, String, String)>,
) -> Result<StatusCode, Error> {
    let reply = match reply.as_str() {
        "accept" => Reply::Accept,
        "reject" => Reply::Reject,
        "terminate" => Reply::Terminate,
        _ => return Err(Error::not_found("reply to a call")),
    };
    let account = find(&network, &pn)?;
    if phone::reply(&network, &account, &id, reply).map_err(send_error)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::not_found("call"))
    }
}

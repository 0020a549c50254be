use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};
use wacore_binary::Jid;

use super::{Body, Error, accounts::find};
use crate::{
    network::Network,
    phone::{self, Outgoing, SendError, Typing, scripts::ScriptName},
    route,
};

/// Longest a caller can be kept waiting.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

#[derive(Deserialize)]
pub(super) struct MessageRequest {
    to: String,
    id: Option<String>,
    #[serde(flatten)]
    content: Outgoing,
}

pub(super) async fn send_message(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<MessageRequest>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let account = find(&network, &pn)?;
    let to = address(&request.to)?;
    let id = phone::send(&network, &account, &to, request.content, request.id)
        .await
        .map_err(send_error)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

#[derive(Deserialize)]
pub(super) struct ReceiptsRequest {
    to: String,
    ids: Vec<String>,
    /// Who wrote the messages, if `to` is a group.
    author: Option<String>,
    r#type: ReceiptType,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ReceiptType {
    Delivered,
    Read,
    Played,
}

pub(super) async fn send_receipts(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<ReceiptsRequest>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    let to = address(&request.to)?;
    let kind = match request.r#type {
        ReceiptType::Delivered => None,
        ReceiptType::Read => Some("read"),
        ReceiptType::Played => Some("played"),
    };
    let author = request.author.as_deref().map(address).transpose()?;
    phone::receipt(&network, &account, &to, author.as_ref(), &request.ids, kind)
        .await
        .map_err(send_error)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct PresenceRequest {
    available: bool,
}

pub(super) async fn set_presence(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<PresenceRequest>,
) -> Result<StatusCode, Error> {
    route::set_available(&network, &*find(&network, &pn)?, 0, request.available);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct ChatstateRequest {
    to: String,
    state: Typing,
}

pub(super) async fn send_chatstate(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<ChatstateRequest>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    phone::chatstate(&network, &account, &address(&request.to)?, request.state);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct WatchRequest {
    jid: String,
}

/// Lets the phone's inbox tell when somebody comes and leaves.
pub(super) async fn watch(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<WatchRequest>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    let other = network
        .directory
        .resolve(&address(&request.jid)?)
        .ok_or_else(|| Error::not_found("account"))?;
    route::watch(&account, &other);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct ScriptRequest {
    script: ScriptName,
}

pub(super) async fn set_script(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<ScriptRequest>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    network
        .scripts
        .check(&request.script)
        .map_err(Error::bad_request)?;
    network.give_script(&account, request.script);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct OnlineRequest {
    online: bool,
}

/// Switches a phone on or off.
pub(super) async fn set_online(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<OnlineRequest>,
) -> Result<StatusCode, Error> {
    find(&network, &pn)?.phone.set_online(request.online);
    network.persistence.touch();
    Ok(StatusCode::NO_CONTENT)
}

/// Installs the app anew: other keys, no linked devices.
pub(super) async fn reinstall(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
) -> Result<StatusCode, Error> {
    phone::reinstall(&network, &find(&network, &pn)?).await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct InboxQuery {
    #[serde(default)]
    since: u64,
    #[serde(default)]
    wait: u64,
}

pub(super) async fn inbox(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Query(query): Query<InboxQuery>,
) -> Result<Json<Value>, Error> {
    let account = find(&network, &pn)?;
    let wait = Duration::from_secs(query.wait).min(LONGEST_WAIT);
    let (entries, next) = tokio::select! {
        found = account.phone.inbox.after(query.since, wait) => found,
        () = network.shutdown.cancelled() => (Vec::new(), query.since),
    };
    Ok(Json(json!({ "entries": entries, "next": next })))
}

/// A JID, or the digits of a phone number.
pub(super) fn address(text: &str) -> Result<Jid, Error> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Jid::pn(text));
    }
    text.parse()
        .map_err(|_| Error::bad_request("`to` is neither a JID nor digits"))
}

pub(super) fn send_error(error: SendError) -> Error {
    match error {
        SendError::UnknownRecipient => Error::not_found("recipient"),
        SendError::Group(error) => error.into(),
        SendError::UnknownMessage => Error::not_found("message"),
        SendError::Signal(_) | SendError::Wire(_) | SendError::Media(_) | SendError::Sealing(_) => {
            Error::internal(error)
        }
    }
}

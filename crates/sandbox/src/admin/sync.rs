//! What a phone shares with its linked devices: app state and history.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::{Body, Error, accounts::find, phones::send_error};
use crate::{
    network::Network,
    phone::{self, AppStateEntry, Change, Past, WriteError},
};

pub(super) async fn app_state(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
) -> Result<Json<Vec<AppStateEntry>>, Error> {
    Ok(Json(phone::entries(&*find(&network, &pn)?)))
}

pub(super) async fn change(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(change): Body<Change>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    phone::write(&network, &account, change).map_err(|error| match error {
        WriteError::Busy => Error::conflict(error),
        WriteError::Refused => Error::internal(error),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryRequest {
    conversations: Vec<Past>,
}

/// Gives the phone conversations from before. Devices linked from now on get them.
pub(super) async fn add_history(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<HistoryRequest>,
) -> Result<StatusCode, Error> {
    find(&network, &pn)?.phone.book.add(request.conversations);
    network.persistence.touch();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferRequest {
    device: u16,
}

/// Hands the whole history to a device again.
pub(super) async fn transfer(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
    Body(request): Body<TransferRequest>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    phone::transfer(&network, &account, request.device)
        .await
        .map_err(send_error)?;
    Ok(StatusCode::NO_CONTENT)
}

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};

use super::{Body, Error};
use crate::{
    network::Network,
    phone::scripts::ScriptName,
    state::{Account, CreateError},
};

#[derive(Deserialize)]
pub(super) struct Request {
    pn: Option<String>,
    lid: Option<String>,
    name: Option<String>,
    #[serde(default)]
    script: ScriptName,
}

#[derive(Serialize)]
pub(super) struct View {
    pn: String,
    lid: String,
    name: Option<String>,
    script: ScriptName,
    /// What the script makes the phone do, for people.
    does: String,
    /// Whether the phone is switched on.
    online: bool,
    devices: Vec<DeviceView>,
}

#[derive(Serialize)]
struct DeviceView {
    id: u16,
    connected: bool,
    /// Whether others can encrypt to it yet.
    reachable: bool,
    platform: Option<String>,
    /// Stanzas it has not confirmed.
    pending: usize,
    /// One-time keys left.
    keys: usize,
}

pub(super) async fn create(
    State(network): State<Arc<Network>>,
    Body(request): Body<Request>,
) -> Result<(StatusCode, Json<View>), Error> {
    network
        .scripts
        .check(&request.script)
        .map_err(Error::bad_request)?;
    let account = network
        .create_account(
            request.pn.as_deref(),
            request.lid.as_deref(),
            request.name,
            request.script,
        )
        .map_err(|error| match error {
            CreateError::NotDigits(_) => Error::bad_request(error),
            CreateError::Taken(_) => Error::conflict(error),
        })?;
    Ok((StatusCode::CREATED, Json(View::of(&network, &account))))
}

pub(super) async fn list(State(network): State<Arc<Network>>) -> Json<Vec<View>> {
    Json(views(&network))
}

/// Every account, in order of the numbers.
pub(super) fn views(network: &Network) -> Vec<View> {
    let accounts = network.directory.all();
    accounts
        .iter()
        .map(|account| View::of(network, account))
        .collect()
}

pub(super) async fn show(
    State(network): State<Arc<Network>>,
    Path(pn): Path<String>,
) -> Result<Json<View>, Error> {
    Ok(Json(View::of(&network, &*find(&network, &pn)?)))
}

/// The account with this number.
pub(super) fn find(network: &Network, pn: &str) -> Result<Arc<Account>, Error> {
    network
        .directory
        .by_pn(pn)
        .ok_or_else(|| Error::not_found("account"))
}

impl View {
    fn of(network: &Network, account: &Account) -> Self {
        let script = account.phone.script();
        let mut devices = Vec::new();
        account.each_device(|id, device| {
            devices.push(DeviceView {
                id,
                connected: device.link.is_some(),
                reachable: device.is_reachable(),
                platform: device.platform.clone(),
                pending: device.mailbox.len(),
                keys: device.bundle.one_time.len(),
            });
        });
        Self {
            pn: account.pn.to_string(),
            lid: account.lid.to_string(),
            name: account.settings.name(),
            does: network.scripts.get(&script).about.clone(),
            script,
            online: account.phone.is_online(),
            devices,
        }
    }
}

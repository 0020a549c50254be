use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::{Error, accounts::find};
use crate::{network::Network, route};

pub(super) async fn unlink(
    State(network): State<Arc<Network>>,
    Path((pn, device)): Path<(String, u16)>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    if account.with_device(device, |_| ()).is_none() {
        return Err(Error::not_found("device"));
    }
    route::unlink(&network, &account, device);
    Ok(StatusCode::NO_CONTENT)
}

/// Uses up a device's one-time keys, as a crowd of new correspondents would, and asks it for more.
pub(super) async fn exhaust_keys(
    State(network): State<Arc<Network>>,
    Path((pn, device)): Path<(String, u16)>,
) -> Result<StatusCode, Error> {
    let account = find(&network, &pn)?;
    let known = account.with_device(device, |device| {
        device.bundle.one_time.clear();
        device.bundle.asked = true;
    });
    if known.is_none() {
        return Err(Error::not_found("device"));
    }
    network.persistence.touch();
    route::ask_for_keys(&network, &account, device);
    Ok(StatusCode::NO_CONTENT)
}

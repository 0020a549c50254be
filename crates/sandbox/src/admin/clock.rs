use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

use super::Body;
use crate::network::Network;

#[derive(Serialize)]
pub(super) struct View {
    /// What the network says the time is, in seconds since the epoch.
    now: u64,
    /// Seconds that it is ahead of the machine.
    offset: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    offset: i64,
}

pub(super) async fn show(State(network): State<Arc<Network>>) -> Json<View> {
    Json(View {
        now: network.clock.now(),
        offset: network.clock.offset(),
    })
}

pub(super) async fn set(State(network): State<Arc<Network>>, Body(request): Body<Request>) -> Json<View> {
    network.clock.set_offset(request.offset);
    show(State(network)).await
}

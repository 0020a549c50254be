use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Body, Error};
use crate::{
    conn::Ending,
    faults::{Fault, Scope},
    network::Network,
    route::Origin,
};

#[derive(Serialize)]
pub(super) struct View {
    id: u64,
    #[serde(flatten)]
    fault: Fault,
}

/// Adds a fault. One that ends connections and matches no stanza strikes those connected right now.
pub(super) async fn add(
    State(network): State<Arc<Network>>,
    Body(fault): Body<Fault>,
) -> (StatusCode, Json<Value>) {
    let id = match fault.action.ending() {
        Some(ending) if fault.matcher.is_none() => {
            end_connections(&network, &fault.scope, &ending);
            network.faults.next_id()
        }
        _ => network.faults.add(fault),
    };
    (StatusCode::CREATED, Json(json!({ "id": id })))
}

pub(super) async fn list(State(network): State<Arc<Network>>) -> Json<Vec<View>> {
    Json(
        network
            .faults
            .list()
            .into_iter()
            .map(|(id, fault)| View { id, fault })
            .collect(),
    )
}

pub(super) async fn remove(
    State(network): State<Arc<Network>>,
    Path(id): Path<u64>,
) -> Result<StatusCode, Error> {
    if network.faults.remove(id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::not_found("fault"))
    }
}

/// Forgets faults, counters, transcripts and inboxes; accounts and devices stay.
pub(super) async fn reset(State(network): State<Arc<Network>>) -> StatusCode {
    network.faults.clear();
    network.stats.reset();
    network.traces.clear();
    for account in network.directory.all() {
        account.phone.inbox.clear();
    }
    StatusCode::NO_CONTENT
}

fn end_connections(network: &Network, scope: &Scope, ending: &Ending) {
    for account in network.directory.all() {
        for (device, link) in account.links() {
            if scope.covers(&Origin {
                account: Arc::clone(&account),
                device,
            }) {
                link.end(ending.clone());
            }
        }
    }
}

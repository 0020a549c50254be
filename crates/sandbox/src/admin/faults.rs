use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::{Body, Error};
use crate::{
    faults::{Fault, Scope, Sudden, View},
    network::Network,
    route::Origin,
};

/// Adds a fault. One that needs no stanza strikes what is connected right now, and is over.
pub(super) async fn add(
    State(network): State<Arc<Network>>,
    Body(fault): Body<Fault>,
) -> Result<(StatusCode, Json<View>), Error> {
    fault.check().map_err(Error::bad_request)?;
    let sudden = fault.action.sudden().filter(|_| fault.is_immediate());
    let view = match sudden {
        Some(sudden) => {
            let hits = strike_connections(&network, &fault.scope, &sudden);
            network.faults.add_spent(fault, hits)
        }
        None => network.faults.add(fault),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

pub(super) async fn list(State(network): State<Arc<Network>>) -> Json<Vec<View>> {
    Json(network.faults.list())
}

pub(super) async fn show(
    State(network): State<Arc<Network>>,
    Path(id): Path<u64>,
) -> Result<Json<View>, Error> {
    let view = network.faults.show(id);
    view.map(Json).ok_or_else(|| Error::not_found("fault"))
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetRequest {
    /// What the chances of faults start from; as before if absent.
    seed: Option<u64>,
}

/// Forgets faults, the clock's offset, counters, transcripts and inboxes; accounts and devices stay.
pub(super) async fn reset(
    State(network): State<Arc<Network>>,
    Body(request): Body<ResetRequest>,
) -> StatusCode {
    network.faults.clear(request.seed);
    network.clock.set_offset(0);
    network.stats.reset();
    network.traces.clear();
    for account in network.directory.all() {
        account.phone.inbox.clear();
    }
    StatusCode::NO_CONTENT
}

fn strike_connections(network: &Network, scope: &Scope, sudden: &Sudden) -> u64 {
    let mut hits = 0;
    for account in network.directory.all() {
        for (device, link) in account.links() {
            let origin = Origin {
                account: Arc::clone(&account),
                device,
            };
            if scope.covers(&origin) {
                match sudden {
                    Sudden::End(ending) => link.end(ending.clone()),
                    Sudden::Stall(flow) => link.set_flow(*flow),
                }
                hits += 1;
            }
        }
    }
    hits
}

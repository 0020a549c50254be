use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{conn::Line, network::Network};

/// Lines of a transcript unless asked for more.
const DEFAULT_LINES: usize = 200;

pub(super) async fn trust(State(network): State<Arc<Network>>) -> Json<Value> {
    Json(trust_view(&network))
}

/// What a client needs to know to recognise this network.
pub(super) fn trust_view(network: &Network) -> Value {
    let window = network.pki.window();
    json!({
        "root": hex::encode(network.pki.root_public()),
        "intermediate": hex::encode(network.pki.intermediate_public()),
        "static": hex::encode(network.pki.static_public()),
        "notBefore": window.not_before,
        "notAfter": window.not_after,
    })
}

pub(super) async fn stats(State(network): State<Arc<Network>>) -> Json<Value> {
    let accounts = network.directory.all();
    let connections: usize = accounts.iter().map(|account| account.links().len()).sum();
    let mut stats = network.stats.snapshot();
    stats["accounts"] = accounts.len().into();
    stats["connections"] = connections.into();
    stats["seed"] = network.faults.seed().into();
    Json(stats)
}

#[derive(Deserialize)]
pub(super) struct TraceQuery {
    account: Option<String>,
    limit: Option<usize>,
}

pub(super) async fn trace(
    State(network): State<Arc<Network>>,
    Query(query): Query<TraceQuery>,
) -> Json<Vec<Line>> {
    let account = query.account.filter(|account| !account.is_empty());
    Json(
        network
            .traces
            .lines(account.as_deref(), query.limit.unwrap_or(DEFAULT_LINES)),
    )
}

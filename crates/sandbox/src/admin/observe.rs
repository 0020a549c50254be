use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt as _, future, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use crate::{
    network::Network,
    trace::{Filter, Line},
};

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
    Json(stats_view(&network))
}

pub(super) fn stats_view(network: &Network) -> Value {
    let accounts = network.directory.all();
    let connections: usize = accounts.iter().map(|account| account.links().len()).sum();
    let mut stats = network.stats.snapshot();
    stats["accounts"] = accounts.len().into();
    stats["connections"] = connections.into();
    stats["seed"] = network.faults.seed().into();
    stats
}

#[derive(Deserialize)]
pub(super) struct TraceLimit {
    limit: Option<usize>,
}

pub(super) async fn trace(
    State(network): State<Arc<Network>>,
    Query(filter): Query<Filter>,
    Query(TraceLimit { limit }): Query<TraceLimit>,
) -> Json<Vec<Line>> {
    Json(network.traces.lines(&filter, limit.unwrap_or(DEFAULT_LINES)))
}

/// The transcript from now on, as server-sent events. A reader that is too slow loses lines, which shows as a gap in
/// their numbers.
pub(super) async fn trace_live(
    State(network): State<Arc<Network>>,
    Query(filter): Query<Filter>,
) -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let lines = stream::unfold(network.traces.follow(), |mut live| async move {
        loop {
            match live.recv().await {
                Ok(line) => return Some((line, live)),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    let wanted = lines.filter(move |line| future::ready(filter.wants(line)));
    let events = wanted.map(|line| Event::default().json_data(&*line));
    Sse::new(events.take_until(network.shutdown.clone().cancelled_owned())).keep_alive(KeepAlive::default())
}

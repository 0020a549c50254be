use std::sync::Arc;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

use super::{Error, accounts, observe};
use crate::{network::Network, trace::Filter};

/// Everything that the network can say about itself, one JSON object a line: `run`, then `account`, `fault`, `stats`
/// and the transcript's `stanza`s.
pub(super) async fn export(State(network): State<Arc<Network>>) -> Result<Response, Error> {
    let mut lines = Lines::default();
    lines.add(
        "run",
        &json!({
            "version": env!("CARGO_PKG_VERSION"),
            "now": network.clock.now(),
            "clockOffset": network.clock.offset(),
            "seed": network.faults.seed(),
        }),
    )?;
    for account in accounts::views(&network) {
        lines.add("account", &account)?;
    }
    for fault in network.faults.list() {
        lines.add("fault", &fault)?;
    }
    lines.add("stats", &observe::stats_view(&network))?;
    for line in network.traces.lines(&Filter::default(), usize::MAX) {
        lines.add("stanza", &line)?;
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines.0).into_response())
}

#[derive(Default)]
struct Lines(String);

/// A line of the export.
#[derive(Serialize)]
struct Line<'l, T> {
    kind: &'static str,
    #[serde(flatten)]
    content: &'l T,
}

impl Lines {
    fn add(&mut self, kind: &'static str, content: &impl Serialize) -> Result<(), Error> {
        let line = serde_json::to_string(&Line { kind, content }).map_err(Error::internal)?;
        self.0.push_str(&line);
        self.0.push('\n');
        Ok(())
    }
}

//! `GET /sessions/stats/overview`.

use std::collections::BTreeMap;

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_domain::Session;
use wagon_http_kit::needs;

use super::view::status;
use crate::access::Permitted;
use crate::error::Failure;
use crate::state::State;

const MEBIBYTE: u64 = 1024 * 1024;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionStats")]
pub(crate) struct View {
    total: usize,
    /// Something runs for them.
    active: usize,
    ready: usize,
    disconnected: usize,
    by_status: BTreeMap<&'static str, usize>,
    memory_usage: Memory,
}

/// In mebibytes. There is no heap of its own kind here, so all of it is the process's.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MemoryUsage")]
struct Memory {
    heap_used: u64,
    heap_total: u64,
    rss: u64,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Permitted<needs::Read>,
) -> Result<Json<View>, Failure> {
    let services = &state.services;
    let sessions = services.sessions.seen(&caller).await?;
    let sessions: Vec<(Session, bool)> = sessions
        .into_iter()
        .map(|session| {
            let running = services.sessions.is_running(&session.id);
            (session, running)
        })
        .collect();
    let resident = services.health.resident_memory().unwrap_or_default() / MEBIBYTE;
    Ok(Json(View::new(&sessions, resident)))
}

impl View {
    fn new(sessions: &[(Session, bool)], resident: u64) -> Self {
        let mut by_status = BTreeMap::new();
        for (session, running) in sessions {
            *by_status.entry(status(session, *running)).or_default() += 1;
        }
        let of = |status: &str| by_status.get(status).copied().unwrap_or_default();
        Self {
            total: sessions.len(),
            active: sessions.iter().filter(|(_, running)| *running).count(),
            ready: of("ready"),
            disconnected: of("disconnected"),
            by_status,
            memory_usage: Memory {
                heap_used: resident,
                heap_total: resident,
                rss: resident,
            },
        }
    }
}

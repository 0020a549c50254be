//! `GET /stats/overview`.

use std::collections::BTreeMap;

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use crate::access::Unscoped;
use crate::error::Failure;
use crate::sessions::status;
use crate::state::State;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Stats")]
pub(crate) struct View {
    sessions: Sessions,
    messages: Messages,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatsSessions")]
struct Sessions {
    /// Those that can be used now.
    active: usize,
    total: usize,
    by_status: BTreeMap<&'static str, usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StatsMessages")]
struct Messages {
    sent: u64,
    received: u64,
    failed: u64,
    /// Since midnight in UTC.
    today: Today,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StatsToday")]
struct Today {
    sent: u64,
    received: u64,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
) -> Result<Json<View>, Failure> {
    let figures = &state.services.stats;
    let counted = figures.traffic(&caller, None, figures.ever()).await?;
    let total = counted.total();
    let today = counted.series.get(&figures.today()).copied().unwrap_or_default();
    let mut by_status = BTreeMap::new();
    for (session, _) in &counted.sessions {
        let running = state.services.sessions.is_running(&session.id);
        *by_status.entry(status(session, running)).or_default() += 1;
    }
    Ok(Json(View {
        sessions: Sessions {
            active: by_status.get("ready").copied().unwrap_or_default(),
            total: counted.sessions.len(),
            by_status,
        },
        messages: Messages {
            sent: total.sent,
            received: total.received,
            failed: total.failed,
            today: Today {
                sent: today.sent,
                received: today.received,
            },
        },
    }))
}

//! `GET /stats/sessions/{id}`.

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::Serialize;
use wagon_http_kit::needs;

use crate::access::{AtSession, Family};
use crate::error::Failure;
use crate::jid;
use crate::sessions::status;
use crate::state::State;
use crate::time::{hour, second};

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatsOfSession")]
pub(crate) struct View {
    session: Named,
    messages: Messages,
    top_chats: Vec<OfChat>,
    /// One for each hour of the clock, of the last 24.
    hourly_activity: Vec<OfHour>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StatsSession")]
struct Named {
    id: String,
    name: String,
    status: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StatsSessionMessages")]
struct Messages {
    sent: u64,
    received: u64,
    /// Since midnight in UTC, both ways.
    today: u64,
    failed: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatsChat")]
struct OfChat {
    chat_id: String,
    chat_name: Option<String>,
    count: u64,
    last_active: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StatsHour")]
struct OfHour {
    hour: u32,
    sent: u64,
    received: u64,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    at: AtSession<needs::Read>,
) -> Result<Json<View>, Failure> {
    let session = at.record(Family::Sessions)?;
    let figures = &state.services.stats;
    let (caller, of) = (&at.caller, Some(&session.id));
    let ever = figures.traffic(caller, of, figures.ever()).await?;
    let chats = figures.busiest(caller, of, figures.ever()).await?;
    let day = figures.traffic(caller, of, figures.last_day()).await?;
    let (total, today) = (ever.total(), figures.today());
    let today = ever.series.get(&today).copied().unwrap_or_default();
    let mut hours: Vec<OfHour> = (0..24)
        .map(|hour| OfHour {
            hour,
            sent: 0,
            received: 0,
        })
        .collect();
    for (began, traffic) in &day.series {
        if let Some(of_hour) = hours.iter_mut().find(|known| known.hour == hour(*began)) {
            of_hour.sent += traffic.sent;
            of_hour.received += traffic.received;
        }
    }
    let running = state.services.sessions.is_running(&session.id);
    Ok(Json(View {
        session: Named {
            id: session.id.to_string(),
            name: session.label.clone().unwrap_or_else(|| session.id.to_string()),
            status: status(session, running),
        },
        messages: Messages {
            sent: total.sent,
            received: total.received,
            today: today.sent + today.received,
            failed: total.failed,
        },
        top_chats: chats
            .into_iter()
            .map(|chat| OfChat {
                chat_id: jid::to_text(&chat.chat),
                chat_name: chat.name,
                count: chat.count,
                last_active: second(chat.last),
            })
            .collect(),
        hourly_activity: hours,
    }))
}

//! `GET /stats/messages`: the last day by hours, or more by days.

use std::collections::BTreeMap;

use axum::{Json, extract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wagon_http_kit::{Query, needs};

use crate::access::Unscoped;
use crate::error::{Failure, OpenWa, Refusal};
use crate::jid;
use crate::messages::kind_name;
use crate::state::State;
use crate::time::bucket;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Params {
    /// `24h` unless given, `7d` or `30d`.
    period: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessageStats")]
pub(crate) struct View {
    time_series: Vec<Point>,
    by_type: BTreeMap<&'static str, u64>,
    by_session: Vec<OfSession>,
    top_chats: Vec<OfChat>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MessageStatsPoint")]
struct Point {
    /// When the hour or day begins, in UTC.
    timestamp: String,
    sent: u64,
    received: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessageStatsOfSession")]
struct OfSession {
    session_id: String,
    name: String,
    sent: u64,
    received: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessageStatsOfChat")]
struct OfChat {
    chat_id: String,
    chat_name: Option<String>,
    message_count: u64,
}

pub(crate) async fn handler(
    extract::State(state): extract::State<State>,
    caller: Unscoped<needs::Admin>,
    params: Query<Params, OpenWa>,
) -> Result<Json<View>, Failure> {
    let figures = &state.services.stats;
    let (period, by_hour) = match params.0.period.as_deref() {
        None | Some("24h") => (figures.last_day(), true),
        Some("7d") => (figures.last_days(7), false),
        Some("30d") => (figures.last_days(30), false),
        Some(_) => {
            let message = "period must be one of the following values: 24h, 7d, 30d";
            return Err(Refusal::validation(vec![message.to_owned()]).into());
        }
    };
    let counted = figures.traffic(&caller, None, period).await?;
    let points = counted.series.iter().map(|(at, traffic)| Point {
        timestamp: bucket(*at, by_hour),
        sent: traffic.sent,
        received: traffic.received,
    });
    let time_series = points.collect();
    let mut by_type = BTreeMap::new();
    for (kind, count) in figures.kinds(&caller, None, period).await? {
        *by_type.entry(kind_name(kind)).or_default() += count;
    }
    let chats = figures.busiest(&caller, None, period).await?;
    let spoken = counted.sessions.into_iter();
    let spoken = spoken.filter(|(_, traffic)| traffic.sent + traffic.received > 0);
    Ok(Json(View {
        time_series,
        by_type,
        by_session: spoken
            .map(|(session, traffic)| OfSession {
                name: session.label.unwrap_or_else(|| session.id.to_string()),
                session_id: session.id.into(),
                sent: traffic.sent,
                received: traffic.received,
            })
            .collect(),
        top_chats: chats
            .into_iter()
            .map(|chat| OfChat {
                chat_id: jid::to_text(&chat.chat),
                chat_name: chat.name,
                message_count: chat.count,
            })
            .collect(),
    }))
}

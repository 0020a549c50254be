//! `GET /metrics`: what the dialect's dashboards read, for those who know the operator's token.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use subtle::ConstantTimeEq;
use wagon_http_kit::ClientAddress;

use crate::error::{Failure, Refusal};
use crate::openapi::{Api, op};
use crate::sessions::{restriction, status};
use crate::source::source;
use crate::state::State;
use crate::windows::Windows;

const BAD_TOKENS: u32 = 10;
const BAD_TOKENS_WINDOW: Duration = Duration::from_mins(1);

/// Where the figures come from, and who may read them.
pub struct Metrics {
    token: Option<String>,
    /// The gateway's own metrics, as Prometheus reads them.
    own: Box<dyn Fn() -> String + Send + Sync>,
    started: Instant,
    bad_tokens: Windows<IpAddr>,
}

impl Metrics {
    /// Without a token there is no such route.
    pub fn new(token: Option<String>, own: impl Fn() -> String + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            token,
            own: Box::new(own),
            started: Instant::now(),
            bad_tokens: Windows::new(BAD_TOKENS, BAD_TOKENS_WINDOW),
        })
    }
}

pub(crate) fn routes(api: Api) -> Api {
    let text = json!({ "type": "string" });
    api.about("Metrics", "Figures, with the operator's token as bearer.")
        .get(
            "/metrics",
            handler,
            op("getMetrics", "Figures, as Prometheus reads them")
                .answers(StatusCode::OK, "The figures", "text/plain", &text)
                .refused(StatusCode::UNAUTHORIZED, "Another token")
                .refused(StatusCode::NOT_FOUND, "Metrics are turned off")
                .refused(StatusCode::TOO_MANY_REQUESTS, "Too many other tokens"),
        )
}

async fn handler(
    extract::State(state): extract::State<State>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let metrics = &state.metrics;
    let Some(token) = &metrics.token else {
        let message = "Metrics endpoint is disabled (set METRICS_TOKEN to enable)";
        return Err(Refusal::not_found(message).into());
    };
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer "));
    let known = shown.is_some_and(|shown| bool::from(shown.as_bytes().ct_eq(token.as_bytes())));
    if !known {
        let over = metrics.bad_tokens.count(source(address), state.clock.now()).over;
        return Err(if over {
            Refusal::new(StatusCode::TOO_MANY_REQUESTS, "Too many invalid metrics tokens").into()
        } else {
            Refusal::new(StatusCode::UNAUTHORIZED, "Invalid metrics token").into()
        });
    }
    let figures = Figures::gather(&state).await;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], figures.text()).into_response())
}

struct Figures {
    own: String,
    uptime: Duration,
    resident: u64,
    /// How many sessions are in which state; none when the database does not tell.
    sessions: Option<BTreeMap<&'static str, u64>>,
    active: u64,
    restricted: u64,
}

impl Figures {
    async fn gather(state: &State) -> Self {
        let services = &state.services;
        let sessions = services.sessions.everyones().await;
        let sessions = sessions.inspect_err(|error| {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "sessions cannot be counted"
            );
        });
        let (mut by_status, mut active, mut restricted) = (BTreeMap::new(), 0, 0);
        for session in sessions.iter().flatten() {
            let running = services.sessions.is_running(&session.id);
            *by_status.entry(status(session, running)).or_default() += 1;
            active += u64::from(running);
            restricted += u64::from(session.reason.as_ref().and_then(restriction).is_some());
        }
        Self {
            own: (state.metrics.own)(),
            uptime: state.metrics.started.elapsed(),
            resident: services.health.resident_memory().unwrap_or_default(),
            sessions: sessions.is_ok().then_some(by_status),
            active,
            restricted,
        }
    }

    fn text(&self) -> String {
        let mut text = Text(String::new());
        let sum = |name: &str, label: &str| sum(&self.own, name, label);
        text.metric("openwa_up", "gauge", 1);
        text.metric("openwa_process_uptime_seconds", "gauge", self.uptime.as_secs());
        text.metric("openwa_process_resident_memory_bytes", "gauge", self.resident);
        text.metric("openwa_process_heap_used_bytes", "gauge", self.resident);
        text.metric(
            "openwa_stats_available",
            "gauge",
            u8::from(self.sessions.is_some()),
        );
        if let Some(by_status) = &self.sessions {
            text.metric("openwa_sessions_total", "gauge", by_status.values().sum::<u64>());
            text.metric("openwa_sessions_active", "gauge", self.active);
            text.metric("openwa_sessions_restricted", "gauge", self.restricted);
            text.head("openwa_sessions", "gauge");
            for (status, count) in by_status {
                text.line(&format!("openwa_sessions{{status=\"{status}\"}}"), count);
            }
        }
        text.head("openwa_messages_total", "counter");
        let sent = sum("wagon_messages_sent_total", "outcome=\"sent\"");
        let received = sum("wagon_messages_received_total", "");
        text.line("openwa_messages_total{direction=\"outgoing\"}", sent);
        text.line("openwa_messages_total{direction=\"incoming\"}", received);
        let failed = sum("wagon_messages_sent_total", "outcome=\"failed\"");
        text.metric("openwa_messages_failed_total", "counter", failed);
        let given_up = sum("wagon_webhook_attempts_total", "status=\"dead\"");
        text.metric("openwa_webhook_delivery_failures_total", "counter", given_up);
        text.0
    }
}

/// The exposition format.
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name} {value}");
    }

    fn metric(&mut self, name: &str, kind: &str, value: impl Display) {
        self.head(name, kind);
        self.line(name, value);
    }
}

/// What the lines of a metric that have this label add up to.
fn sum(exposition: &str, name: &str, label: &str) -> f64 {
    let lines = exposition.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?;
        let (labels, value) = rest.rsplit_once(' ')?;
        let whole = labels.is_empty() || labels.starts_with('{');
        (whole && labels.contains(label)).then(|| value.parse::<f64>().ok())?
    });
    // An empty sum of floats is minus zero.
    lines.fold(0.0, |total, value| total + value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_off_the_gateways_own() {
        let own = "# TYPE a_total counter\na_total{outcome=\"sent\",x=\"1\"} 3\na_total{outcome=\"sent\"} 4\n\
            a_total{outcome=\"failed\"} 1\na_total_seconds 9\nb_total 2\n";
        assert_eq!(sum(own, "a_total", "outcome=\"sent\"").to_string(), "7");
        assert_eq!(sum(own, "b_total", "").to_string(), "2");
        assert_eq!(sum(own, "c_total", "").to_string(), "0");
    }
}

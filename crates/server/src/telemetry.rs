//! Logs and metrics.
//!
//! Logs never hold keys, message texts, QR codes or full phone numbers: the types that carry those
//! hide them in debug output, the engine library is kept at warnings, and the numbers that those
//! name are masked.

use std::io::IsTerminal;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;
use crate::masking::Masked;

/// Libraries log warnings, unless a directive names them: the engine's more talkative levels tell
/// of people. Wagon's own crates follow the configured level.
const CRATES: [&str; 12] = [
    "wagon",
    "wagon_api_openwa",
    "wagon_api_v1",
    "wagon_domain",
    "wagon_engine",
    "wagon_engine_whatsapp",
    "wagon_http_kit",
    "wagon_realtime",
    "wagon_sandbox",
    "wagon_services",
    "wagon_store",
    "wagon_tokens",
];

/// A plain level counts for Wagon's crates; directives are taken as they are.
fn directives(filter: &str) -> String {
    let (levels, named): (Vec<&str>, Vec<&str>) = filter
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .partition(|part| !part.contains('='));
    let level = levels.last().copied().unwrap_or("info");
    let own = CRATES.iter().map(|name| format!("{name}={level}"));
    std::iter::once("warn".to_owned())
        .chain(own)
        .chain(named.into_iter().map(str::to_owned))
        .collect::<Vec<_>>()
        .join(",")
}

/// Starts logging to standard error.
pub fn init(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(directives(filter)).with_context(|| {
        format!("`{filter}` is not a log filter; use for example info or info,wagon_store=debug")
    })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Masked(std::io::stderr()));
    let started = match format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging could not be started: {error}"))
}

/// Collects metrics for `/metrics`: the gateway's own and the engine library's.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    const SECONDS: [f64; 12] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0,
    ];
    const SIZES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_size".to_owned()), &SIZES)?;
    builder.install_recorder().context("metrics could not be started")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_for_our_own_crates() {
        let debug = directives("debug,sqlx=info");
        assert!(
            debug.starts_with("warn,wagon=debug,") && debug.ends_with(",sqlx=info"),
            "{debug}"
        );
        assert!(directives("").contains("wagon_store=info"));
        assert!(EnvFilter::try_new(directives("info")).is_ok());
        assert!(EnvFilter::try_new(directives("shout")).is_err());
    }
}

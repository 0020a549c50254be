//! Resident memory per connected idle session, and time from start to ready.

use std::path::Path;
use std::time::Duration;

use crate::children::{self, Network};
use crate::process::resident;

/// Connections settle and buffers of the pairing are given back.
const SETTLE: Duration = Duration::from_secs(10);

pub(crate) async fn report(wagon: &Path, network: &Network, counts: &[usize]) -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let first = children::gateway(wagon, network, &data).await?.ready_after;
    let again = children::gateway(wagon, network, &data).await?.ready_after;
    println!(
        "\nready after {:.0} ms on an empty folder, {:.0} ms on an existing one",
        millis(first),
        millis(again)
    );

    for &count in counts.iter().filter(|count| **count > 0) {
        let data = tempfile::tempdir()?;
        let gateway = children::gateway(wagon, network, &data).await?;
        let empty = resident(gateway.child.id())?;
        for _ in 0..count {
            gateway.session(network).await?;
        }
        tokio::time::sleep(SETTLE).await;
        let fresh = resident(gateway.child.id())?;
        drop(gateway);
        let gateway = children::gateway(wagon, network, &data).await?;
        all_working(&gateway, network, count).await?;
        tokio::time::sleep(SETTLE).await;
        let resumed = resident(gateway.child.id())?;
        println!(
            "{count} idle sessions: {:.1} MiB empty, {:.2} MiB per session just paired, {:.2} MiB per session after a restart",
            mib(empty),
            mib(fresh.saturating_sub(empty)) / as_f64(count),
            mib(resumed.saturating_sub(empty)) / as_f64(count),
        );
    }
    Ok(())
}

async fn all_working(gateway: &children::Gateway, network: &Network, count: usize) -> anyhow::Result<()> {
    for _ in 0..600 {
        let sessions = gateway.call(network, "GET", "/sessions", None).await?;
        let working = sessions["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|session| session["status"] == "working")
            .count();
        if working == count {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("not all sessions came back after the restart")
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(crate) fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

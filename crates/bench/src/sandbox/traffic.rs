//! Devices in pairs that write to each other, and what it takes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::children::Network;
use crate::process;
use crate::sandbox::device::Device;
use crate::sandbox::talk::{Counters, Plan, Talker, Turn};

/// Before anything is counted.
const WARM_UP: Duration = Duration::from_secs(3);
/// What is on its way at the end has this long to arrive.
const GRACE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(10);

/// How fast all devices together write.
#[derive(Clone, Copy)]
pub(super) enum Pace {
    /// So many messages a second, however long they take.
    Every(u32),
    /// The next one as soon as one of so many per device is confirmed.
    InFlight(usize),
}

pub(super) struct Measured {
    /// Confirmed by their recipients.
    pub(super) per_second: f64,
    /// From the write to the recipient's receipt.
    pub(super) p50: Duration,
    pub(super) p99: Duration,
    /// The sandbox's, for each message.
    pub(super) processor: Duration,
}

/// Connects all devices, each with the address of another.
pub(super) async fn connect(network: &Network, devices: Vec<Device>) -> anyhow::Result<Vec<Talker>> {
    let mut talkers = Vec::new();
    for (number, device) in devices.iter().enumerate() {
        let other = devices.get(number ^ 1).unwrap_or(&devices[0]);
        talkers.push(Talker::connect(network, device, other.jid.clone()).await?);
    }
    Ok(talkers)
}

/// Keeps a load up for some time and waits for everything to arrive.
pub(super) async fn run(
    talkers: Vec<Talker>,
    pace: Pace,
    length: Duration,
    sandbox: u32,
) -> anyhow::Result<(Vec<Talker>, Measured)> {
    let counters = Arc::new(Counters::default());
    let stop = CancellationToken::new();
    let until = Instant::now() + WARM_UP + length;
    let count = u32::try_from(talkers.len())?;
    let mut tasks = JoinSet::new();
    for (number, talker) in (0..count).zip(talkers) {
        let turn = match pace {
            Pace::Every(rate) => {
                let every = Duration::from_secs(1) * count / rate;
                let first = every * number / count;
                Turn::Timed { first, every }
            }
            Pace::InFlight(count) => Turn::InFlight(count),
        };
        let plan = Plan {
            turn,
            until,
            counters: Arc::clone(&counters),
            stop: stop.clone(),
        };
        tasks.spawn(talker.talk(plan));
    }

    tokio::time::sleep(WARM_UP).await;
    let (start, before) = (Instant::now(), process::processor_time(sandbox)?);
    let confirmed = || counters.confirmed.load(Ordering::Relaxed);
    let warm = confirmed();
    tokio::time::sleep_until(until.into()).await;
    let (took, counted) = (start.elapsed(), confirmed() - warm);
    let processor = process::processor_time(sandbox)?.saturating_sub(before);
    let deadline = Instant::now() + GRACE;
    while confirmed() < counters.sent.load(Ordering::Relaxed) {
        anyhow::ensure!(
            Instant::now() < deadline,
            "only {} of {} messages were confirmed",
            confirmed(),
            counters.sent.load(Ordering::Relaxed)
        );
        anyhow::ensure!(tasks.try_join_next().is_none(), "a device has given up");
        tokio::time::sleep(LOOK).await;
    }
    stop.cancel();
    let (mut talkers, mut times) = (Vec::new(), Vec::new());
    while let Some(talked) = tasks.join_next().await {
        let (talker, took) = talked??;
        talkers.push(talker);
        times.extend(took);
    }
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let counted = counted as f64;
    let measured = Measured {
        per_second: counted / took.as_secs_f64(),
        p50: times[times.len() / 2],
        p99: times[times.len() * 99 / 100],
        processor: processor.div_f64(counted),
    };
    Ok((talkers, measured))
}

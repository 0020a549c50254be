//! The sandbox under load: 2,000 devices that are connected and write to each other.

mod device;
mod line;
mod talk;
mod traffic;

use std::path::Path;
use std::time::Duration;

use clap::Args;

use crate::children::{self, Network};
use crate::memory::{mib, millis};
use crate::process;
use device::Device;
use traffic::Pace;

/// Starts that are timed.
const STARTS: usize = 5;

/// What to put on the sandbox.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Load {
    /// Linked and connected devices, each on an account of its own
    #[arg(long, default_value_t = 2000)]
    devices: usize,
    /// Messages a second, all devices together
    #[arg(long, default_value_t = 10_000)]
    rate: u32,
    /// How long each load is kept up, after a warm-up
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Messages that a device has on the way while it sends as fast as they are confirmed
    #[arg(long, default_value_t = 4)]
    in_flight: usize,
}

/// Measures and prints.
pub(crate) async fn report(wagon: &Path, load: &Load) -> anyhow::Result<()> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(children::sandbox(wagon).await?.ready_after);
    }
    println!("answers {} after the start of its process", spread(&mut starts));

    let network = children::sandbox(wagon).await?;
    let pid = network.child.id();
    println!("{:.0} MiB resident without devices", mib(process::resident(pid)?));
    let (devices, mut links) = link(&network, load.devices).await?;
    println!("links a device {} after its code is shown", spread(&mut links));
    let talkers = traffic::connect(&network, devices).await?;
    println!(
        "{:.0} MiB resident with {} connected devices",
        mib(process::resident(pid)?),
        load.devices
    );

    println!("\n| load | messages/s | p50 | p99 | processor time a message | at most resident |");
    println!("|---|---|---|---|---|---|");
    let length = Duration::from_secs(load.seconds);
    let paces = [
        (format!("{} a second", load.rate), Pace::Every(load.rate)),
        (
            format!("{} on the way per device", load.in_flight),
            Pace::InFlight(load.in_flight),
        ),
    ];
    let mut talkers = talkers;
    for (name, pace) in paces {
        let measured;
        (talkers, measured) = traffic::run(talkers, pace, length, pid).await?;
        println!(
            "| {name} | {:.0} | {:.1} ms | {:.1} ms | {:.0} µs | {:.0} MiB |",
            measured.per_second,
            millis(measured.p50),
            millis(measured.p99),
            measured.processor.as_secs_f64() * 1e6,
            mib(process::most_resident(pid)?),
        );
    }
    Ok(())
}

async fn link(network: &Network, count: usize) -> anyhow::Result<(Vec<Device>, Vec<Duration>)> {
    let (mut devices, mut times) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (device, took) = Device::link(network).await?;
        devices.push(device);
        times.push(took);
    }
    Ok((devices, times))
}

fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |part: usize| millis(times[(times.len() - 1) * part / 100]);
    format!("{:.1} ms (median), {:.1} ms at most", at(50), at(100))
}

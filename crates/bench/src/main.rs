//! Measures, in one run and on one sandbox: sends per second and their latency for the bare engine
//! library, for the engine on Wagon's store, and for the whole gateway over HTTP; then memory per
//! idle session and time to ready. Run by hand; see docs/performance.md.

#![expect(clippy::print_stdout, reason = "the report is the output")]

mod children;
mod gateway;
mod load;
mod memory;
mod process;
mod raw;
mod sandbox;
mod stored;
mod traffic;
mod webhooks;

use std::path::PathBuf;

use clap::Parser;

/// Measure Wagon against the bare engine library
#[derive(Debug, Parser)]
struct Options {
    /// The `wagon` binary to measure; built with `cargo build --release`
    #[arg(long, default_value = "target/release/wagon")]
    wagon: PathBuf,
    /// Messages per measurement
    #[arg(long, default_value_t = 5000)]
    messages: usize,
    /// Sends in flight
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    in_flight: Vec<usize>,
    /// Idle sessions to measure memory with; 0 leaves that out
    #[arg(long, value_delimiter = ',', default_value = "50,200")]
    idle: Vec<usize>,
    /// Measure one part only
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Debug, clap::Subcommand)]
enum Part {
    /// From an event to its webhook, and deliveries a second
    Webhooks {
        /// Events a second
        #[arg(long, default_value_t = 500)]
        rate: u32,
        /// Events altogether
        #[arg(long, default_value_t = 10_000)]
        events: usize,
    },
    /// Many sessions at work: sends taken and sent a second, and memory
    Traffic {
        #[arg(long, default_value_t = 200)]
        sessions: usize,
        /// Messages altogether
        #[arg(long, default_value_t = 20_000)]
        messages: usize,
    },
    /// How fast the sandbox starts and links, how many messages it carries, and with how much memory
    Sandbox(sandbox::Load),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let network = match options.part {
        Some(Part::Sandbox(load)) => return sandbox::report(&options.wagon, &load).await,
        Some(Part::Webhooks { rate, events }) => {
            let network = children::sandbox(&options.wagon).await?;
            return webhooks::report(&options.wagon, &network, rate, events).await;
        }
        Some(Part::Traffic { sessions, messages }) => {
            let network = children::sandbox(&options.wagon).await?;
            return traffic::report(&options.wagon, &network, sessions, messages).await;
        }
        None => children::sandbox(&options.wagon).await?,
    };

    println!("| what | in flight | messages/s | p50 | p99 |");
    println!("|---|---|---|---|---|");
    let raw = Box::pin(raw::Sender::start(&network)).await?;
    for &in_flight in &options.in_flight {
        report(
            "a) engine library, in memory",
            in_flight,
            &load::run(&raw, options.messages, in_flight).await?,
        );
    }
    drop(raw);
    let stored = Box::pin(stored::Sender::start(&network)).await?;
    for &in_flight in &options.in_flight {
        report(
            "b) engine on Wagon's store",
            in_flight,
            &load::run(&stored, options.messages, in_flight).await?,
        );
    }
    stored.stop().await;
    let gateway = gateway::Sender::start(&options.wagon, &network).await?;
    for &in_flight in &options.in_flight {
        report(
            "c) gateway over HTTP",
            in_flight,
            &load::run(&gateway, options.messages, in_flight).await?,
        );
    }
    drop(gateway);

    memory::report(&options.wagon, &network, &options.idle).await
}

fn report(what: &str, in_flight: usize, result: &load::Result) {
    println!(
        "| {what} | {in_flight} | {:.0} | {:.2} ms | {:.2} ms |",
        result.per_second,
        result.p50.as_secs_f64() * 1e3,
        result.p99.as_secs_f64() * 1e3
    );
}

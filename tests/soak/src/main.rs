//! The soak as a command; see docs/testing.md.

#![expect(clippy::print_stdout, reason = "progress and report are the output")]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use wagon_soak::{Options, run};

const SETTLE: Duration = Duration::from_mins(5);

/// Let numbers talk through Wagon while everything goes wrong, and see whether the books balance
#[derive(Debug, Parser)]
struct Arguments {
    /// How long faults strike
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    /// Repeat a run; by default each one is new
    #[arg(long)]
    seed: Option<u64>,
    /// How many numbers are linked
    #[arg(long, default_value_t = 20)]
    numbers: usize,
    /// Mean pause between two messages of one number or phone, in milliseconds
    #[arg(long, default_value_t = 2000)]
    pace: u64,
    /// Mean pause between two faults, in milliseconds
    #[arg(long, default_value_t = 2000)]
    fault_every: u64,
    /// Also end the gateway with `kill -9`, so many seconds apart on average
    #[arg(long, value_name = "SECONDS")]
    kill_every: Option<u64>,
    /// Use Postgres instead of SQLite; run it with scripts/with-postgres.sh
    #[arg(long)]
    postgres: bool,
    /// Write all stanzas to a file, by which a complaint can be followed up
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let report = run(Options {
        seed: arguments.seed.unwrap_or_else(|| rand::random::<u32>().into()),
        duration: Duration::from_mins(arguments.minutes),
        settle: SETTLE,
        numbers: arguments.numbers,
        pace: Duration::from_millis(arguments.pace),
        fault_every: Duration::from_millis(arguments.fault_every),
        kill_every: arguments.kill_every.map(Duration::from_secs),
        postgres: arguments.postgres,
        transcript: arguments.transcript,
        say: |line| println!("{line}"),
    })
    .await;
    println!("{report}");
    if report.complaints().is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

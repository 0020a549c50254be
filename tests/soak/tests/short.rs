//! The short form of the soak, as it is run with all tests.

#![expect(
    clippy::print_stdout,
    reason = "progress is what a failing run is understood by"
)]

use std::time::Duration;

use wagon_soak::{Options, run};

/// A seed of the day of the month of birth of nobody: any will do, but a failure has to repeat.
const SEED: u64 = 20_260_522;

fn short(seed: u64, postgres: bool) -> Options {
    Options {
        seed,
        duration: Duration::from_secs(20),
        // Used up only if something is missing. An attempt may rest for a minute before the next one.
        settle: Duration::from_mins(2),
        numbers: 20,
        pace: Duration::from_secs(1),
        fault_every: Duration::from_millis(400),
        kill_every: Some(Duration::from_secs(8)),
        postgres,
        transcript: None,
        say: |line| println!("{line}"),
    }
}

#[tokio::test]
async fn the_books_balance_on_sqlite() {
    let report = run(short(SEED, false)).await;
    assert!(report.complaints().is_empty(), "{report}");
    println!("{report}");
}

#[tokio::test]
async fn the_books_balance_on_postgres() {
    if !wagon_test_kit::has_postgres() {
        return;
    }
    let report = run(short(SEED + 1, true)).await;
    assert!(report.complaints().is_empty(), "{report}");
    println!("{report}");
}

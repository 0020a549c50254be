use std::{path::PathBuf, time::Duration};

/// What to do and for how long.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where all chance comes from.
    pub seed: u64,
    /// How long faults strike.
    pub duration: Duration,
    /// How long everything may take to be delivered once nothing goes wrong any more. Clients wait longer and longer
    /// between attempts to connect.
    pub settle: Duration,
    /// How many numbers are linked to the gateway; as many phones talk with them.
    pub numbers: usize,
    /// The mean pause between two messages of one number or phone.
    pub pace: Duration,
    /// The mean pause between two faults.
    pub fault_every: Duration,
    /// The mean pause between two `kill -9` of the gateway; none without it.
    pub kill_every: Option<Duration>,
    /// Use a Postgres database of the test run instead of SQLite.
    pub postgres: bool,
    /// The file for all stanzas that the network sees; kept in no file without it.
    pub transcript: Option<PathBuf>,
    /// Where progress goes, line by line.
    pub say: fn(&str),
}

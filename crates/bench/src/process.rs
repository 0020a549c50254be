//! What the kernel says about a process.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

/// Clock ticks a second; Linux has shown this many to programs for twenty years.
const TICKS: u64 = 100;

/// Resident memory in bytes.
pub(crate) fn resident(pid: u32) -> anyhow::Result<u64> {
    memory(pid, "VmRSS:")
}

/// Resident memory without the files that it has mapped, in bytes: the kernel takes pages of the
/// program and of the database back when somebody else needs the room.
pub(crate) fn own(pid: u32) -> anyhow::Result<u64> {
    memory(pid, "RssAnon:")
}

/// The most resident memory that it ever had, in bytes.
pub(crate) fn most_resident(pid: u32) -> anyhow::Result<u64> {
    memory(pid, "VmHWM:")
}

/// Processor time used so far, in user and kernel mode.
pub(crate) fn processor_time(pid: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(folder(pid).join("stat"))?;
    // The second field is the program's name in parentheses and may hold anything.
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let ticks = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS))
}

fn memory(pid: u32, what: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(folder(pid).join("status"))?;
    let line = status
        .lines()
        .find(|line| line.starts_with(what))
        .with_context(|| format!("no {what} line"))?;
    let kib: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kib * 1024)
}

fn folder(pid: u32) -> PathBuf {
    PathBuf::from("/proc").join(pid.to_string())
}

//! Resident memory over time, and whether it stays where it is.

/// Growth that is no leak: caches that fill, memory that the allocator keeps.
const SLACK: f64 = 1.2;
const SLACK_MIB: f64 = 32.0;

/// Resident memory of a process in MiB, if it runs. Pages of files that it has mapped are the system's to take back:
/// they grow with the database and are not counted.
pub(crate) fn resident(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// Samples of one process, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn extend(&mut self, mib: Option<f64>) {
        self.0.extend(mib);
    }

    pub(crate) fn last(&self) -> Option<f64> {
        self.0.last().copied()
    }

    /// The medians of the second and of the last quarter. The first quarter is start-up: sessions connect and caches
    /// fill.
    pub(crate) fn early_and_late(&self) -> Option<(f64, f64)> {
        let quarter = self.0.len() / 4;
        let early = median(self.0.get(quarter..2 * quarter)?)?;
        let late = median(self.0.get(3 * quarter..)?)?;
        Some((early, late))
    }

    pub(crate) fn are_flat(&self) -> bool {
        self.early_and_late()
            .is_none_or(|(early, late)| late <= early * SLACK + SLACK_MIB)
    }
}

fn median(samples: &[f64]) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(mib: impl Iterator<Item = u32>) -> Samples {
        Samples(mib.map(f64::from).collect())
    }

    #[test]
    fn start_up_and_noise_are_not_a_leak() {
        assert!(samples((0..400).map(|n| if n < 80 { n } else { 80 + n % 7 })).are_flat());
        assert!(Samples::default().are_flat());
    }

    #[test]
    fn steady_growth_is_one() {
        assert!(!samples((0..400).map(|n| 50 + n)).are_flat());
    }

    #[test]
    fn this_process_is_somewhere() {
        assert!(resident(std::process::id()).is_some_and(|mib| mib > 0.0));
    }
}

use std::fmt;

use crate::{ledger::Balance, memory::Samples};

/// What came out of a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub(crate) seed: u64,
    pub(crate) balance: Balance,
    pub(crate) faults: usize,
    pub(crate) kills: usize,
    pub(crate) resumes: usize,
    /// Sessions that no message went through any more.
    pub(crate) dead: Vec<String>,
    pub(crate) gateway: Samples,
    /// Shown only: the network keeps what its phones received, for whoever asks.
    pub(crate) network: Samples,
    /// Differences between the event log as followed and as read at the end.
    pub(crate) log: Vec<String>,
}

impl Report {
    /// What is wrong; nothing if the run has passed.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints: Vec<String> = Vec::new();
        complaints.extend(self.balance.open.iter().map(|what| format!("never seen: {what}")));
        complaints.extend(self.balance.wrong.iter().cloned());
        complaints.extend(
            self.balance
                .strangers
                .iter()
                .map(|text| format!("never promised: {text:?}")),
        );
        complaints.extend(self.dead.iter().map(|session| format!("dead: {session}")));
        complaints.extend(self.log.iter().cloned());
        if !self.gateway.are_flat() {
            complaints.push(format!("the gateway's memory grows: {}", Memory(&self.gateway)));
        }
        if self.balance.promised == 0 {
            complaints.push("nothing was said".to_owned());
        }
        complaints
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed                {}", self.seed)?;
        writeln!(f, "messages            {}", self.balance.promised)?;
        writeln!(f, "repeated, same id   {}", self.balance.repeats)?;
        writeln!(f, "faults, kills       {}, {}", self.faults, self.kills)?;
        writeln!(f, "streams resumed     {}", self.resumes)?;
        writeln!(f, "gateway's memory    {}", Memory(&self.gateway))?;
        writeln!(f, "network's memory    {}", Memory(&self.network))?;
        match self.complaints().as_slice() {
            [] => write!(f, "the books balance"),
            complaints => {
                write!(f, "{} complaints", complaints.len())?;
                for complaint in complaints {
                    write!(f, "\n- {complaint}")?;
                }
                Ok(())
            }
        }
    }
}

struct Memory<'a>(&'a Samples);

impl fmt::Display for Memory<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.early_and_late() {
            Some((early, late)) => write!(f, "{early:.0} MiB early, {late:.0} MiB late"),
            None => write!(f, "not measured long enough"),
        }
    }
}

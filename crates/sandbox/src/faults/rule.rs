use std::time::{Duration, Instant};

use serde::Serialize;

use super::{chance::Chance, fault::Fault};
use crate::route::Origin;

/// A fault with its history.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: u64,
    pub(super) fault: Fault,
    pub(super) chance: Chance,
    hits: u64,
    until: Option<Instant>,
    spent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Active,
    /// It has struck as often as it was meant to.
    Spent,
    Expired,
}

/// A fault as the admin API lists it.
#[derive(Debug, Serialize)]
pub(crate) struct View {
    pub(crate) id: u64,
    pub(crate) state: State,
    /// How often it has struck.
    pub(crate) hits: u64,
    #[serde(skip_serializing_if = "Option::is_none", rename = "expiresIn")]
    expires_in: Option<u64>,
    #[serde(flatten)]
    fault: Fault,
}

impl Rule {
    pub(super) fn new(id: u64, fault: Fault, chance: Chance) -> Self {
        Self {
            id,
            until: fault.lifetime().and_then(|ttl| Instant::now().checked_add(ttl)),
            fault,
            chance,
            hits: 0,
            spent: false,
        }
    }

    /// One that struck when it was added and never will again.
    pub(super) fn spent(id: u64, fault: Fault, chance: Chance, hits: u64) -> Self {
        Self {
            hits,
            spent: true,
            ..Self::new(id, fault, chance)
        }
    }

    pub(super) fn is_active(&self) -> bool {
        self.state() == State::Active
    }

    /// Rolls the dice and counts.
    pub(super) fn strike(&mut self, origin: Option<&Origin>) -> bool {
        let struck = self.chance.happens(self.fault.probability, origin);
        if struck {
            self.hits += 1;
            self.spent = self
                .fault
                .count
                .is_some_and(|count| self.hits >= u64::from(count));
        }
        struck
    }

    pub(super) fn view(&self) -> View {
        let left = self
            .until
            .map(|until| until.saturating_duration_since(Instant::now()));
        View {
            id: self.id,
            state: self.state(),
            hits: self.hits,
            expires_in: left.map(|left: Duration| left.as_secs()),
            fault: self.fault.clone(),
        }
    }

    fn state(&self) -> State {
        if self.spent {
            State::Spent
        } else if self.until.is_some_and(|until| until <= Instant::now()) {
            State::Expired
        } else {
            State::Active
        }
    }
}

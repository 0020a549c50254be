use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use wacore_binary::{Node, NodeRef};

use super::{
    fault::{Action, Fault},
    stanzas::failure,
};
use crate::{conn::Ending, route::Origin, state::lock};

/// What to do with a stanza from a client.
pub(crate) enum Verdict {
    Pass,
    Delay(Duration),
    Swallow,
    Answer(Node),
    End(Ending),
}

/// The active faults.
#[derive(Default)]
pub(crate) struct Faults {
    rules: Mutex<Vec<(u64, Fault)>>,
    /// Spares the lock while there are no rules, which is nearly always.
    armed: AtomicBool,
    next: AtomicU64,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) -> u64 {
        let id = self.next_id();
        let mut rules = lock(&self.rules);
        rules.push((id, fault));
        self.armed.store(true, Ordering::Release);
        id
    }

    /// A number for a fault that strikes at once and is not kept.
    pub(crate) fn next_id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn list(&self) -> Vec<(u64, Fault)> {
        lock(&self.rules).clone()
    }

    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut rules = lock(&self.rules);
        let before = rules.len();
        rules.retain(|(other, _)| *other != id);
        self.armed.store(!rules.is_empty(), Ordering::Release);
        rules.len() < before
    }

    pub(crate) fn clear(&self) {
        lock(&self.rules).clear();
        self.armed.store(false, Ordering::Release);
    }

    /// What becomes of a stanza from this device.
    pub(crate) fn judge(&self, origin: &Origin, node: &NodeRef<'_>) -> Verdict {
        match self.strike(|fault| fault.scope.covers(origin) && fault.concerns(node)) {
            None => Verdict::Pass,
            Some(action) => action.verdict(node),
        }
    }

    /// The failure stanza for a login of this device, if one is due.
    pub(crate) fn login_failure(&self, origin: &Origin) -> Option<Node> {
        let due = |fault: &Fault| {
            matches!(fault.action, Action::ConnectFailure { .. }) && fault.scope.covers(origin)
        };
        match self.strike(due)? {
            Action::ConnectFailure { reason, code, expire } => Some(failure(reason, code, expire)),
            _ => None,
        }
    }

    /// Uses up one stroke of the first fault that is due.
    fn strike(&self, due: impl Fn(&Fault) -> bool) -> Option<Action> {
        if !self.armed.load(Ordering::Acquire) {
            return None;
        }
        let mut rules = lock(&self.rules);
        let index = rules.iter().position(|(_, fault)| due(fault))?;
        let fault = &mut rules[index].1;
        let action = fault.action.clone();
        if let Some(count) = &mut fault.count {
            *count = count.saturating_sub(1);
            if *count == 0 {
                rules.remove(index);
                self.armed.store(!rules.is_empty(), Ordering::Release);
            }
        }
        Some(action)
    }
}

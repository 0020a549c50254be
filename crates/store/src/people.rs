use std::collections::HashMap;

use wagon_domain::{Jid, SessionId};

use crate::contacts::Learnt;

/// What was learnt last of people, by address, so that the hot path of inbound messages need not ask the
/// database about somebody who writes twice.
///
/// As with [`KnownAliases`](crate::aliases::KnownAliases), what is missing costs one query, and a
/// rollback forgets everything.
#[derive(Debug, Default)]
pub(crate) struct KnownPeople(HashMap<(SessionId, Jid), Learnt>);

impl KnownPeople {
    const MAX: usize = 50_000;

    /// Whether exactly this was the last that was learnt under each of the addresses.
    pub(crate) fn contains(&self, session: &SessionId, learnt: &Learnt) -> bool {
        let known = |address: &Jid| self.0.get(&(session.clone(), address.bare())) == Some(learnt);
        addresses(learnt).all(known)
    }

    pub(crate) fn insert(&mut self, session: &SessionId, learnt: &Learnt) {
        if self.0.len() >= Self::MAX {
            self.0.clear();
        }
        for address in addresses(learnt) {
            self.0.insert((session.clone(), address.bare()), learnt.clone());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

fn addresses(learnt: &Learnt) -> impl Iterator<Item = &Jid> {
    learnt.jid.iter().chain(&learnt.lid)
}

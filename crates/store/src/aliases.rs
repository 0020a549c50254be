use std::collections::HashSet;

use wagon_domain::{Jid, SessionId};

/// Chats that are known to be stored under their phone JID with this LID as alias, so that the
/// hot path of inbound messages need not ask the database each time.
///
/// Complete knowledge is not needed: what is missing costs one query. Entries are learned inside
/// transactions, so a rollback forgets everything.
#[derive(Debug, Default)]
pub(crate) struct KnownAliases(HashSet<(SessionId, Jid)>);

impl KnownAliases {
    const MAX: usize = 50_000;

    pub(crate) fn contains(&self, session: &SessionId, alias: &Jid) -> bool {
        self.0.contains(&(session.clone(), alias.clone()))
    }

    pub(crate) fn insert(&mut self, session: &SessionId, alias: &Jid) {
        if self.0.len() >= Self::MAX {
            self.0.clear();
        }
        self.0.insert((session.clone(), alias.clone()));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

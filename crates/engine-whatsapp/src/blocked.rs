//! Whom the account has blocked, remembered for as long as WhatsApp would tell of changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use wacore_binary::NodeRef;
use wagon_domain::message::Chat;

/// A session's block list.
#[derive(Debug, Default)]
pub(crate) struct BlockList(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    list: Option<Vec<Chat>>,
    /// Grows with each change. A list that was asked for before one is old when it comes.
    changes: u64,
}

impl BlockList {
    /// The list, or the number of changes to remember one with.
    pub(crate) fn known(&self) -> Result<Vec<Chat>, u64> {
        let known = self.lock();
        known.list.clone().ok_or(known.changes)
    }

    /// Keeps a list that was asked for after so many changes.
    pub(crate) fn remember(&self, list: &[Chat], changes: u64) {
        let mut known = self.lock();
        if known.changes == changes {
            known.list = Some(list.to_vec());
        }
    }

    /// The list changed, or nobody would say if it did.
    pub(crate) fn forget(&self) {
        let mut known = self.lock();
        known.list = None;
        known.changes += 1;
    }

    /// Notes what a stanza says of changes on other devices.
    pub(crate) fn look_at(&self, stanza: &NodeRef<'_>) {
        if stanza.tag == "notification" && stanza.get_optional_child("blocklist").is_some() {
            self.forget();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_from_before_a_change_is_not_kept() {
        let blocked = BlockList::default();
        let asked = blocked.known().unwrap_err();
        blocked.remember(&[], asked);
        assert_eq!(blocked.known(), Ok(Vec::new()));
        blocked.forget();
        let asked = blocked.known().unwrap_err();
        blocked.forget();
        blocked.remember(&[], asked);
        assert!(blocked.known().is_err());
    }
}

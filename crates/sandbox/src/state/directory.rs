use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use wacore_binary::{CompactString, Jid};

use super::{Account, Pictures, Space};
use crate::phone::scripts::ScriptName;

/// Where numbers of accounts that nobody named begin.
const FIRST_NUMBER: u64 = 15_550_001_000;

/// All accounts, by phone number and by hidden identity, and what is shown of them.
#[derive(Default)]
pub(crate) struct Directory {
    pub(crate) pictures: Pictures,
    index: RwLock<Index>,
}

#[derive(Default)]
struct Index {
    by_pn: HashMap<CompactString, Arc<Account>>,
    by_lid: HashMap<CompactString, Arc<Account>>,
}

/// Why an account was not created.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    #[error("{0} is not 5 to 15 digits")]
    NotDigits(&'static str),
    #[error("an account with this {0} exists")]
    Taken(&'static str),
}

impl Directory {
    pub(crate) fn with(accounts: Vec<Arc<Account>>, pictures: Pictures) -> Self {
        let mut index = Index::default();
        for account in accounts {
            index.insert(account);
        }
        Self {
            pictures,
            index: RwLock::new(index),
        }
    }

    /// Finds the account behind a user JID of either space, whatever its device number.
    pub(crate) fn resolve(&self, jid: &Jid) -> Option<Arc<Account>> {
        let index = self.read();
        match Space::of(jid.server)? {
            Space::Pn => index.by_pn.get(&jid.user),
            Space::Lid => index.by_lid.get(&jid.user),
        }
        .cloned()
    }

    pub(crate) fn by_pn(&self, pn: &str) -> Option<Arc<Account>> {
        self.read().by_pn.get(pn).cloned()
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Arc<Account>> {
        let mut found: Vec<_> = self
            .read()
            .by_pn
            .values()
            .filter(|account| account.settings.name().as_deref() == Some(name))
            .cloned()
            .collect();
        found.sort_by(|one, other| one.pn.cmp(&other.pn));
        found.into_iter().next()
    }

    /// All accounts, in order of their numbers.
    pub(crate) fn all(&self) -> Vec<Arc<Account>> {
        let mut accounts: Vec<_> = self.read().by_pn.values().cloned().collect();
        accounts.sort_by(|one, other| one.pn.cmp(&other.pn));
        accounts
    }

    /// Creates an account; what is not given is made up.
    pub(crate) fn create(
        &self,
        pn: Option<&str>,
        lid: Option<&str>,
        name: Option<String>,
        script: ScriptName,
    ) -> Result<Arc<Account>, CreateError> {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let pn = match pn {
            Some(pn) if !is_number(pn) => return Err(CreateError::NotDigits("pn")),
            Some(pn) => CompactString::from(pn),
            None => index.free_number(),
        };
        let lid = match lid {
            Some(lid) if !is_number(lid) => return Err(CreateError::NotDigits("lid")),
            Some(lid) => CompactString::from(lid),
            None => default_lid(&pn),
        };
        if index.by_pn.contains_key(&pn) {
            return Err(CreateError::Taken("pn"));
        }
        if index.by_lid.contains_key(&lid) {
            return Err(CreateError::Taken("lid"));
        }
        let account = Arc::new(Account::new(&pn, &lid, name, script));
        index.insert(Arc::clone(&account));
        Ok(account)
    }

    fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    fn insert(&mut self, account: Arc<Account>) {
        self.by_lid.insert(account.lid.clone(), Arc::clone(&account));
        self.by_pn.insert(account.pn.clone(), account);
    }

    fn free_number(&self) -> CompactString {
        let taken = self.by_pn.len() as u64;
        // One more candidate than there are accounts: at least one of them is free.
        (FIRST_NUMBER + taken..=FIRST_NUMBER + 2 * taken)
            .map(|number| CompactString::from(number.to_string()))
            .find(|number| !self.by_pn.contains_key(number))
            .expect("more candidates than accounts")
    }
}

/// Both spaces are written with digits only; anything else would not parse back as a JID.
pub(crate) fn is_number(text: &str) -> bool {
    (5..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reversed digits: stable, distinct per number, and never mistaken for the number itself.
fn default_lid(pn: &str) -> CompactString {
    let reversed: String = pn.chars().rev().collect();
    CompactString::from(format!("9{reversed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spaces_lead_to_the_account() {
        let directory = Directory::default();
        let account = directory
            .create(Some("15550000007"), None, None, ScriptName::SILENT)
            .expect("free");
        let found = |jid: Jid| directory.resolve(&jid).map(|account| account.pn.clone());
        assert_eq!(found(Jid::pn_device("15550000007", 4)), Some(account.pn.clone()));
        assert_eq!(found(Jid::lid(account.lid.clone())), Some(account.pn.clone()));
        assert_eq!(found(Jid::lid("15550000007")), None);
        assert_eq!(found(Jid::group("15550000007")), None);
    }

    #[test]
    fn numbers_are_made_up_and_never_reused() {
        let directory = Directory::default();
        let one = directory
            .create(None, None, None, ScriptName::SILENT)
            .expect("free");
        let other = directory
            .create(None, None, None, ScriptName::SILENT)
            .expect("free");
        assert_ne!(one.pn, other.pn);
        assert!(matches!(
            directory.create(Some(&one.pn), None, None, ScriptName::SILENT),
            Err(CreateError::Taken("pn"))
        ));
        assert!(matches!(
            directory.create(Some("not digits"), None, None, ScriptName::SILENT),
            Err(CreateError::NotDigits("pn"))
        ));
    }
}

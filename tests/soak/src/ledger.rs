//! What was promised, what was seen, and whether they agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Where a message has to show up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In the hands of a phone, by its number.
    Phone(String),
    /// In the gateway's event log, by session.
    Session(String),
}

/// Both sides of the books. Every text is unique within a run.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Books>);

#[derive(Debug, Default)]
struct Books {
    promised: BTreeMap<String, Entry>,
    seen: BTreeMap<String, Vec<Entry>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    place: Place,
    id: String,
}

/// The state of the books.
#[derive(Debug, Clone, Default)]
pub(crate) struct Balance {
    pub(crate) promised: usize,
    /// Promised and not seen yet.
    pub(crate) open: Vec<String>,
    /// Seen, and promised by nobody. Between the two a message is on its way back to its sender, so this is wrong at
    /// the end only.
    pub(crate) strangers: Vec<String>,
    /// What can never become right again.
    pub(crate) wrong: Vec<String>,
    /// Copies with the id of one that was there already, which every phone takes for the same message.
    pub(crate) repeats: usize,
}

impl Ledger {
    /// Somebody has answered for this message: it must be seen there, once.
    pub(crate) fn promise(&self, text: &str, place: Place, id: &str) {
        let entry = Entry {
            place,
            id: id.to_owned(),
        };
        self.books().promised.insert(text.to_owned(), entry);
    }

    pub(crate) fn see(&self, text: &str, place: Place, id: &str) {
        let entry = Entry {
            place,
            id: id.to_owned(),
        };
        self.books().seen.entry(text.to_owned()).or_default().push(entry);
    }

    pub(crate) fn balance(&self) -> Balance {
        let books = self.books();
        let mut balance = Balance {
            promised: books.promised.len(),
            ..Balance::default()
        };
        for (text, promise) in &books.promised {
            match books.seen.get(text) {
                None => balance.open.push(format!("{text:?} for {}", promise.place)),
                Some(seen) => balance.check(text, promise, seen),
            }
        }
        let strangers = books
            .seen
            .keys()
            .filter(|text| !books.promised.contains_key(*text));
        balance.strangers.extend(strangers.cloned());
        balance
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        // Entries are added whole, so a panic elsewhere has left nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Balance {
    fn check(&mut self, text: &str, promise: &Entry, seen: &[Entry]) {
        let distinct: BTreeSet<&Entry> = seen.iter().collect();
        if distinct != BTreeSet::from([promise]) {
            self.wrong.push(format!(
                "{text:?} was promised as {promise:?} and seen as {seen:?}"
            ));
        } else if seen.len() > 1 {
            match promise.place {
                Place::Phone(_) => self.repeats += seen.len() - 1,
                Place::Session(_) => {
                    self.wrong
                        .push(format!("{text:?} is {} times in the event log", seen.len()));
                }
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(pn) => write!(f, "phone {pn}"),
            Self::Session(id) => write!(f, "session {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_settled(balance: &Balance) -> bool {
        balance.open.is_empty() && balance.wrong.is_empty() && balance.strangers.is_empty()
    }

    fn phone() -> Place {
        Place::Phone("15550000002".to_owned())
    }

    fn session() -> Place {
        Place::Session("sess_1".to_owned())
    }

    #[test]
    fn books_balance_when_each_promise_was_kept_once() {
        let ledger = Ledger::default();
        ledger.promise("a", phone(), "A");
        ledger.promise("b", session(), "B");
        assert_eq!(ledger.balance().open.len(), 2);
        ledger.see("a", phone(), "A");
        ledger.see("b", session(), "B");
        assert!(is_settled(&ledger.balance()));
    }

    #[test]
    fn a_phone_takes_copies_with_one_id_for_one_message_and_the_log_must_not() {
        let ledger = Ledger::default();
        ledger.promise("a", phone(), "A");
        ledger.promise("b", session(), "B");
        for _ in 0..2 {
            ledger.see("a", phone(), "A");
        }
        ledger.see("b", session(), "B");
        let balance = ledger.balance();
        assert!(is_settled(&balance), "{balance:?}");
        assert_eq!(balance.repeats, 1);
        ledger.see("b", session(), "B");
        assert_eq!(ledger.balance().wrong.len(), 1);
    }

    #[test]
    fn another_id_another_place_and_a_stranger_are_wrong() {
        for (text, place, id) in [("a", phone(), "Z"), ("a", session(), "A"), ("z", phone(), "A")] {
            let ledger = Ledger::default();
            ledger.promise("a", phone(), "A");
            ledger.see("a", phone(), "A");
            ledger.see(text, place, id);
            assert!(!is_settled(&ledger.balance()), "{text} {id}");
        }
    }
}

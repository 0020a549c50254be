use std::{
    fmt::Display,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::{sync::watch, time::timeout};

/// Entries shown when a wait fails.
const SHOWN: usize = 40;

/// Everything that arrived, in order. Waiting looks at what is there already, so nothing can be missed by asking late,
/// and nothing is consumed, so a test can count at the end.
#[derive(Debug)]
pub struct Journal<T = Value> {
    entries: Mutex<Vec<T>>,
    /// How many entries there are, and whether more can come.
    progress: watch::Sender<Progress>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Progress {
    len: usize,
    ended: bool,
}

impl<T> Default for Journal<T> {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            progress: watch::Sender::default(),
        }
    }
}

impl<T: Clone + Display> Journal<T> {
    /// Adds an entry and wakes whoever waits for it.
    pub fn push(&self, entry: T) {
        let len = {
            let mut entries = self.entries();
            entries.push(entry);
            entries.len()
        };
        self.progress.send_modify(|progress| progress.len = len);
    }

    /// No entry can follow; pending waits fail at once.
    pub fn end(&self) {
        self.progress.send_modify(|progress| progress.ended = true);
    }

    /// Where the journal stands now, to wait only for what comes after.
    pub fn mark(&self) -> usize {
        self.entries().len()
    }

    /// All entries so far.
    pub fn all(&self) -> Vec<T> {
        self.entries().clone()
    }

    /// The entry at this position, waiting for it if need be; `None` if the source has ended before it.
    pub async fn get(&self, position: usize) -> Option<T> {
        let mut progress = self.progress.subscribe();
        // The sender lives in `self`.
        progress
            .wait_for(|progress| progress.len > position || progress.ended)
            .await
            .ok()?;
        self.entries().get(position).cloned()
    }

    /// How many entries match.
    pub fn count(&self, matches: impl Fn(&T) -> bool) -> usize {
        self.entries().iter().filter(|entry| matches(entry)).count()
    }

    /// The first entry that matches, waiting for it if need be. `matches` must not look into the journal itself.
    pub async fn wait(&self, what: &str, matches: impl Fn(&T) -> bool, deadline: Duration) -> T {
        self.wait_from(0, what, matches, deadline).await
    }

    /// Like [`Journal::wait`], for entries after a [`Journal::mark`].
    pub async fn wait_from(
        &self,
        mark: usize,
        what: &str,
        matches: impl Fn(&T) -> bool,
        deadline: Duration,
    ) -> T {
        let found = timeout(deadline, self.find_from(mark, matches)).await;
        let failure = match found {
            Ok(Some(entry)) => return entry,
            Ok(None) => format!("the source ended before {what}"),
            Err(elapsed) => format!("waited {deadline:?} in vain for {what} ({elapsed})"),
        };
        panic!("{failure}; last entries:\n{}", self.tail(mark))
    }

    async fn find_from(&self, mark: usize, matches: impl Fn(&T) -> bool) -> Option<T> {
        let mut progress = self.progress.subscribe();
        let mut next = mark;
        loop {
            let Progress { len, ended } = *progress.borrow_and_update();
            if let Some(found) = self
                .entries()
                .iter()
                .take(len)
                .skip(next)
                .find(|entry| matches(entry))
            {
                return Some(found.clone());
            }
            if ended {
                return None;
            }
            next = next.max(len);
            // The sender lives in `self`.
            progress.changed().await.ok()?;
        }
    }

    fn tail(&self, mark: usize) -> String {
        let entries = self.entries();
        let new = entries.get(mark..).unwrap_or_default();
        let shown = &new[new.len().saturating_sub(SHOWN)..];
        shown.iter().map(T::to_string).collect::<Vec<_>>().join("\n")
    }

    fn entries(&self) -> MutexGuard<'_, Vec<T>> {
        // A predicate that panicked while reading has not changed anything.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::DEADLINE;

    #[tokio::test]
    async fn finds_what_came_before_and_what_comes_later() {
        let journal = Journal::default();
        journal.push(json!(1));
        assert_eq!(journal.wait("one", |entry| *entry == 1, DEADLINE).await, 1);

        let mark = journal.mark();
        let (found, ()) = tokio::join!(
            journal.wait_from(mark, "another one", |entry| *entry == 1, DEADLINE),
            async {
                journal.push(json!(2));
                journal.push(json!(1));
            }
        );
        assert_eq!(found, 1);
        assert_eq!(journal.count(|entry| *entry == 1), 2);
    }

    #[tokio::test]
    async fn is_read_entry_by_entry_to_its_end() {
        let journal = Journal::default();
        journal.push(json!(1));
        assert_eq!(journal.get(0).await, Some(json!(1)));
        let (next, ()) = tokio::join!(journal.get(1), async { journal.push(json!(2)) });
        assert_eq!(next, Some(json!(2)));
        let (next, ()) = tokio::join!(journal.get(2), async { journal.end() });
        assert_eq!(next, None);
    }

    #[tokio::test]
    #[should_panic(expected = "the source ended before three")]
    async fn does_not_wait_for_a_source_that_has_ended() {
        let journal = Journal::default();
        journal.push(json!(1));
        journal.end();
        journal.wait("three", |entry| *entry == 3, DEADLINE).await;
    }
}

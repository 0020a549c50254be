//! Writes that nobody waits for, gathered for a moment and written together.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use wagon_store::{StateRow, Tx};

use super::DeviceBackend;

/// How long such a write may take to reach the store. A crash in between costs a repeat that the
/// protocol, or an inbox that knows the message already, absorbs.
const GATHER: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(super) struct Behind {
    waiting: Mutex<Vec<Change>>,
}

pub(super) struct Change {
    pub(super) kind: &'static str,
    pub(super) what: What,
}

pub(super) enum What {
    Put(Vec<StateRow>),
    Delete(Vec<String>),
}

impl Behind {
    fn take(&self) -> Vec<Change> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl DeviceBackend {
    /// Queues a change. The first one in an empty queue brings the whole queue to the store later.
    pub(super) fn change_later(&self, kind: &'static str, what: What) {
        let first = {
            let mut waiting = self.behind.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let first = waiting.is_empty();
            push(&mut waiting, kind, what);
            first
        };
        if first {
            let backend = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(GATHER).await;
                backend.flush().await;
            });
        }
    }

    /// Hands what was gathered to the store now.
    pub(crate) async fn flush(&self) {
        let changes = self.behind.take();
        if changes.is_empty() || self.open().is_err() {
            return;
        }
        let session = self.session.clone();
        let written = self.store.write_behind(move |tx| {
            Box::pin(async move {
                for change in &changes {
                    apply(tx, &session, change).await?;
                }
                Ok(())
            })
        });
        if let Err(error) = written.await {
            tracing::warn!(session.id = %self.session, error = &error as &dyn std::error::Error, "state was not written behind");
        }
    }
}

/// Joins a change with the last one where that is the same kind of change; the order of others holds.
fn push(waiting: &mut Vec<Change>, kind: &'static str, what: What) {
    match (waiting.last_mut(), what) {
        (
            Some(Change {
                kind: last,
                what: What::Put(rows),
            }),
            What::Put(more),
        ) if *last == kind => rows.extend(more),
        (
            Some(Change {
                kind: last,
                what: What::Delete(ids),
            }),
            What::Delete(more),
        ) if *last == kind => ids.extend(more),
        (_, what) => waiting.push(Change { kind, what }),
    }
}

async fn apply(
    tx: &mut Tx<'_>,
    session: &wagon_domain::SessionId,
    change: &Change,
) -> Result<(), wagon_store::Error> {
    match &change.what {
        What::Put(rows) => tx.put_state(session, change.kind, rows).await,
        What::Delete(ids) => tx.delete_state(session, change.kind, ids).await.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(id: &str) -> What {
        What::Put(vec![StateRow {
            id: id.into(),
            alt: None,
            num: 0,
            value: Vec::new(),
        }])
    }

    #[test]
    fn neighbours_join_and_order_holds() {
        let mut waiting = Vec::new();
        push(&mut waiting, "a", put("1"));
        push(&mut waiting, "a", put("2"));
        push(&mut waiting, "a", What::Delete(vec!["1".into()]));
        push(&mut waiting, "b", What::Delete(vec!["9".into()]));
        push(&mut waiting, "a", put("1"));
        let shape: Vec<_> = waiting
            .iter()
            .map(|change| match &change.what {
                What::Put(rows) => (change.kind, "put", rows.len()),
                What::Delete(ids) => (change.kind, "delete", ids.len()),
            })
            .collect();
        assert_eq!(
            shape,
            [
                ("a", "put", 2),
                ("a", "delete", 1),
                ("b", "delete", 1),
                ("a", "put", 1)
            ]
        );
    }
}

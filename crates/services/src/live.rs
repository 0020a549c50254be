//! What is known about sessions only while the process runs: is a connection up, which QR code is
//! shown. Everything that must survive is in the store.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use wagon_domain::{Session, SessionId};
use wagon_store::Store;

use crate::sessions::Qr;

/// One session's momentary state.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) connected: bool,
    pub(crate) qr: Option<Qr>,
}

/// The states of all sessions that run or ran since start-up.
#[derive(Debug, Default)]
pub(crate) struct Live {
    sessions: Mutex<HashMap<SessionId, watch::Sender<State>>>,
    rows: Mutex<HashMap<SessionId, Row>>,
}

/// A session's row as last read, good until the row changes. Every request about a session needs it.
#[derive(Debug, Default)]
struct Row {
    /// Counts the changes: what was read before one must not be kept after it.
    version: u64,
    session: Option<Session>,
}

impl Live {
    pub(crate) fn watch(&self, session: &SessionId) -> watch::Receiver<State> {
        self.lock().entry(session.clone()).or_default().subscribe()
    }

    pub(crate) fn update(&self, session: &SessionId, change: impl FnOnce(&mut State)) {
        let mut sessions = self.lock();
        let state = sessions.entry(session.clone()).or_default();
        let before = state.borrow().connected;
        state.send_modify(change);
        match (before, state.borrow().connected) {
            (false, true) => metrics::gauge!("wagon_sessions_connected").increment(1),
            (true, false) => metrics::gauge!("wagon_sessions_connected").decrement(1),
            _ => {}
        }
    }

    pub(crate) fn connected(&self, session: &SessionId) -> bool {
        self.lock()
            .get(session)
            .is_some_and(|state| state.borrow().connected)
    }

    /// The session's row, read from `store` unless it is known.
    pub(crate) async fn session(
        &self,
        store: &Store,
        id: &SessionId,
    ) -> Result<Option<Session>, wagon_store::Error> {
        let version = match self.rows().get(id) {
            Some(Row {
                session: Some(session),
                ..
            }) => return Ok(Some(session.clone())),
            row => row.map_or(0, |row| row.version),
        };
        let session = store.session(id).await?;
        if session.is_some() {
            let mut rows = self.rows();
            let row = rows.entry(id.clone()).or_default();
            if row.version == version {
                row.session.clone_from(&session);
            }
        }
        Ok(session)
    }

    /// The session's row has changed: to be called after the commit.
    pub(crate) fn changed(&self, id: &SessionId) {
        let mut rows = self.rows();
        let row = rows.entry(id.clone()).or_default();
        row.version += 1;
        row.session = None;
    }

    pub(crate) fn forget(&self, session: &SessionId) {
        self.lock().remove(session);
        self.changed(session);
    }

    fn rows(&self) -> MutexGuard<'_, HashMap<SessionId, Row>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, watch::Sender<State>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

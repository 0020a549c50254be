//! What is known about sessions only while the process runs: is a connection up, which QR code is
//! shown. Everything that must survive is in the store.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use wagon_domain::{OrgId, SessionId};

use crate::sessions::Qr;

/// One session's momentary state.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) connected: bool,
    pub(crate) qr: Option<Qr>,
    /// The owner, once it was looked up; it never changes.
    pub(crate) org: Option<OrgId>,
}

/// The states of all sessions that run or ran since start-up.
#[derive(Debug, Default)]
pub(crate) struct Live {
    sessions: Mutex<HashMap<SessionId, watch::Sender<State>>>,
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

    pub(crate) fn org(&self, session: &SessionId) -> Option<OrgId> {
        self.lock()
            .get(session)
            .and_then(|state| state.borrow().org.clone())
    }

    pub(crate) fn forget(&self, session: &SessionId) {
        self.lock().remove(session);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, watch::Sender<State>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

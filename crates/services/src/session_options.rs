//! What only few sessions have: preferences, and a proxy.

use std::sync::Arc;

use wagon_domain::audit::{Action, Deed};
use wagon_domain::session::Preferences;
use wagon_domain::{Caller, Capability, Clock, ProxyUrl, SessionId};
use wagon_store::Store;

use crate::error::Error;
use crate::identity::Ledger;
use crate::sessions::Sessions;

/// Preferences and proxies of sessions.
#[derive(Clone)]
pub struct SessionOptions {
    store: Store,
    sessions: Sessions,
    ledger: Ledger,
}

impl SessionOptions {
    pub(crate) fn new(store: Store, sessions: Sessions, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            sessions,
            ledger: Ledger::new(clock),
        }
    }

    pub async fn preferences(&self, caller: &Caller, session: &SessionId) -> Result<Preferences, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.store.session_preferences(session).await?)
    }

    pub async fn set_preferences(
        &self,
        caller: &Caller,
        session: &SessionId,
        preferences: Preferences,
    ) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Manage).await?;
        let entry = self
            .ledger
            .entry(Deed::by_caller(caller, Action::SessionUpdate).to(session));
        let id = session.clone();
        let stored = self.store.write(move |tx| {
            Box::pin(async move {
                tx.set_session_preferences(&id, &preferences).await?;
                tx.record(&entry).await
            })
        });
        Ok(stored.await?)
    }

    pub async fn proxy(&self, caller: &Caller, session: &SessionId) -> Result<Option<ProxyUrl>, Error> {
        self.sessions.require(caller, session, Capability::Read).await?;
        Ok(self.store.session_proxy(session).await?)
    }

    /// Holds for connections that are made from now on. Where a session connects through is for those to
    /// say who run its keys.
    pub async fn set_proxy(
        &self,
        caller: &Caller,
        session: &SessionId,
        proxy: Option<ProxyUrl>,
    ) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Admin).await?;
        let deed = Deed::by_caller(caller, Action::SessionUpdate).to(session);
        let entry = self.ledger.entry(deed.detail(&"proxy"));
        let id = session.clone();
        let stored = self.store.write(move |tx| {
            Box::pin(async move {
                tx.set_session_proxy(&id, proxy.as_ref()).await?;
                tx.record(&entry).await
            })
        });
        Ok(stored.await?)
    }
}

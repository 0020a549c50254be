//! What only few sessions have: preferences, and a proxy.

use std::sync::Arc;

use wagon_domain::audit::{Action, Deed};
use wagon_domain::session::Preferences;
use wagon_domain::{Caller, Capability, Clock, ProxyUrl, SessionId};
use wagon_engine::Engine;
use wagon_store::Store;

use crate::error::Error;
use crate::identity::Ledger;
use crate::sessions::Sessions;

/// A proxy that WhatsApp was reached through.
#[derive(Debug, Clone)]
pub struct TriedProxy(ProxyUrl);

impl TriedProxy {
    pub const fn url(&self) -> &ProxyUrl {
        &self.0
    }
}

/// Preferences and proxies of sessions.
#[derive(Clone)]
pub struct SessionOptions {
    store: Store,
    sessions: Sessions,
    engine: Arc<dyn Engine>,
    ledger: Ledger,
}

impl SessionOptions {
    pub(crate) fn new(
        store: Store,
        sessions: Sessions,
        engine: Arc<dyn Engine>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            sessions,
            engine,
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

    /// Reaches WhatsApp through a proxy: what does not work would only keep a session off.
    pub async fn try_proxy(&self, caller: &Caller, proxy: ProxyUrl) -> Result<TriedProxy, Error> {
        let capability = Capability::Admin;
        if !caller.may(capability) {
            return Err(Error::Forbidden { capability });
        }
        match self.engine.try_proxy(&proxy).await {
            Ok(()) => Ok(TriedProxy(proxy)),
            Err(failure) => Err(Error::Invalid {
                field: "proxyUrl",
                message: format!("proxyUrl: {failure}"),
            }),
        }
    }

    /// Holds for connections that are made from now on. Where a session connects through is for those to
    /// say who run its keys.
    pub async fn set_proxy(
        &self,
        caller: &Caller,
        session: &SessionId,
        proxy: Option<TriedProxy>,
    ) -> Result<(), Error> {
        self.sessions.require(caller, session, Capability::Admin).await?;
        let deed = Deed::by_caller(caller, Action::SessionUpdate).to(session);
        let entry = self.ledger.entry(deed.detail(&"proxy"));
        let id = session.clone();
        let stored = self.store.write(move |tx| {
            Box::pin(async move {
                let proxy = proxy.as_ref().map(TriedProxy::url);
                tx.set_session_proxy(&id, proxy).await?;
                tx.record(&entry).await
            })
        });
        Ok(stored.await?)
    }
}

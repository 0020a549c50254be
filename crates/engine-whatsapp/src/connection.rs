//! One running session: from pairing through connections to its end.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wagon_domain::session::StatusReason;
use wagon_domain::{Clock, SessionId};
use wagon_engine::{Connection, EngineError, Inbox};
use wagon_store::Store;
use whatsapp_rust::TokioRuntime;
use whatsapp_rust::bot::{Bot, BotHandle};
use whatsapp_rust::cache_config::{CacheConfig, CacheEntryConfig};
use whatsapp_rust::client::{Client, RawNodeLease};
use whatsapp_rust::store::persistence_manager::PersistenceManager;

use crate::acks::Acks;
use crate::backend::DeviceBackend;
use crate::blocked::BlockList;
use crate::events::{self, Kept, Reporter};
use crate::hook::Hook;
use crate::network::{Http, Network, SANDBOX_CLIENT_VERSION};
use crate::pairing::{Failure, Pairing};
use crate::reconnects::{Reconnects, Spaced};
use crate::ringing::Ringing;

/// How long a stopping session may take to flush its state.
const STOP_DEADLINE: Duration = Duration::from_secs(10);
/// Sent messages kept in memory per session to answer retry requests without a read.
const RETRY_COPIES: u64 = 256;
const RETRY_COPY_LIFETIME: Duration = Duration::from_mins(5);

/// What every session of an engine shares.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) network: Network,
    pub(crate) http: Http,
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A session that was started and has not ended.
pub(crate) struct Running {
    session: SessionId,
    backend: DeviceBackend,
    phase: Mutex<Phase>,
    pub(crate) ringing: Arc<Ringing>,
    pub(crate) blocked: Arc<BlockList>,
    /// Set when the session is to end, or has begun to by itself.
    pub(crate) stop: CancellationToken,
    /// Set when nothing of it runs any more.
    pub(crate) done: CancellationToken,
}

/// Who can act for the session right now.
#[derive(Clone)]
pub(crate) enum Phase {
    Starting,
    Pairing(Arc<Pairing>),
    Live { client: Arc<Client>, acks: Arc<Acks> },
}

impl Running {
    pub(crate) fn new(session: SessionId, store: Store) -> Self {
        let backend = DeviceBackend::new(store, session.clone());
        Self {
            session,
            backend,
            phase: Mutex::new(Phase::Starting),
            ringing: Arc::default(),
            blocked: Arc::default(),
            stop: CancellationToken::new(),
            done: CancellationToken::new(),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn backend(&self) -> &DeviceBackend {
        &self.backend
    }

    /// Queues what was written behind for the store.
    pub(crate) async fn flush(&self) {
        self.backend.flush().await;
    }

    fn enter(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    /// Runs the session to its end. Whatever ends it, `done` is set and the key store closed.
    pub(crate) async fn run(self: Arc<Self>, shared: Arc<Shared>) {
        let outcome = self.live(&shared).await;
        self.stop.cancel();
        self.enter(Phase::Starting);
        self.backend.flush().await;
        self.backend.close();
        let reason = match outcome {
            Ok(reason) => reason,
            Err(error) => {
                tracing::error!(session.id = %self.session, error = &error as &dyn std::error::Error, "session could not run");
                Some(StatusReason::EngineFailed)
            }
        };
        if reason == Some(StatusReason::LoggedOut) {
            self.clear_keys(&shared).await;
        }
        self.done.cancel();
    }

    async fn live(&self, shared: &Arc<Shared>) -> Result<Option<StatusReason>, EngineError> {
        if let Network::Sandbox(url) = &shared.network
            && !self.is_linked().await?
        {
            let pairing = Arc::new(Pairing::new(shared.http.clone(), url, Arc::clone(&shared.clock)));
            self.enter(Phase::Pairing(Arc::clone(&pairing)));
            let linked = tokio::select! {
                () = self.stop.cancelled() => return Ok(None),
                linked = pairing.run(&self.session, Arc::new(self.backend.clone()), &*shared.inbox) => linked,
            };
            if let Err(failure) = linked {
                let reason = match failure {
                    Failure::TimedOut => StatusReason::PairingTimedOut,
                    Failure::Refused(_) => StatusReason::PairingFailed,
                    Failure::Sandbox(_) | Failure::Store(_) => StatusReason::EngineFailed,
                };
                tracing::warn!(session.id = %self.session, error = &failure as &dyn std::error::Error, "pairing ended");
                return Ok(Some(self.end(shared, reason).await));
            }
        }
        let (mut handle, reporter, _stanzas) = self.connect(shared).await?;
        let client = Arc::downgrade(&handle.client());
        let finished = CancellationToken::new();
        let reporter = tokio::spawn(reporter.run(client, self.stop.clone(), finished.clone()));
        // The run loop ends by itself when the library gives up reconnecting; the report of why
        // came first.
        let exited = tokio::select! {
            () = self.stop.cancelled() => false,
            () = &mut handle => true,
        };
        self.enter(Phase::Starting);
        if !exited
            && tokio::time::timeout(STOP_DEADLINE, handle.shutdown())
                .await
                .is_err()
        {
            tracing::warn!(session.id = %self.session, "session did not stop in time; its connection was cut");
        }
        finished.cancel();
        let reason = reporter.await.unwrap_or_default();
        if reason.is_none() && exited {
            return Ok(Some(self.end(shared, StatusReason::EngineFailed).await));
        }
        Ok(reason)
    }

    async fn connect(
        &self,
        shared: &Arc<Shared>,
    ) -> Result<(BotHandle, Reporter, RawNodeLease), EngineError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| EngineError(error);
        let acks = Arc::new(Acks::default());
        let preferences = shared.store.session_preferences(&self.session).await;
        let preferences = preferences.map_err(|error| failed(error.into()))?;
        let reconnects = Arc::new(Reconnects::new(&preferences));
        let kept = Kept {
            acks: Arc::clone(&acks),
            ringing: Arc::clone(&self.ringing),
            blocked: Arc::clone(&self.blocked),
            reconnects: Arc::clone(&reconnects),
        };
        let (listener, reporter) = events::listen(
            self.session.clone(),
            kept,
            self.backend.clone(),
            Arc::clone(&shared.clock),
            Arc::clone(&shared.inbox),
            shared.store.clone(),
        );
        let caches = CacheConfig {
            recent_messages: CacheEntryConfig::new(Some(RETRY_COPY_LIFETIME), RETRY_COPIES),
            ..CacheConfig::default()
        };
        // One that cannot be read, or not be used, ends the session: it must not connect without.
        let proxy = shared.store.session_proxy(&self.session).await;
        let proxy = proxy.map_err(|error| failed(error.into()))?;
        let http = match &proxy {
            None => shared.http.clone(),
            Some(proxy) => {
                let http = shared.network.http_client_through(proxy);
                http.map_err(|error| failed(error.into()))?
            }
        };
        let sockets = Spaced {
            sockets: shared.network.transport_through(proxy),
            reconnects,
            reports: listener.reports(),
            stop: self.stop.clone(),
        };
        let mut bot = Bot::builder()
            .with_backend_arc(Arc::new(self.backend.clone()))
            .with_transport_factory(sockets)
            .with_http_client(http)
            .with_runtime(TokioRuntime)
            .with_inbound_durability_hook(Hook {
                session: self.session.clone(),
                inbox: Arc::clone(&shared.inbox),
                store: shared.store.clone(),
            })
            .with_event_handler(listener)
            .with_cache_config(caches);
        if matches!(shared.network, Network::Sandbox(_)) {
            bot = bot.with_version(SANDBOX_CLIENT_VERSION);
        }
        let bot = bot.build().await.map_err(|error| EngineError(Box::new(error)))?;
        let client = bot.client();
        self.backend.redelivered().attach(&client);
        // Retry requests and what is delivered again are seen as stanzas only.
        let stanzas = client.acquire_raw_node_forwarding();
        let handle = bot.spawn();
        self.enter(Phase::Live { client, acks });
        Ok((handle, reporter, stanzas))
    }

    async fn is_linked(&self) -> Result<bool, EngineError> {
        let device = PersistenceManager::new(Arc::new(self.backend.clone()))
            .await
            .map_err(|error| EngineError(Box::new(error)))?;
        Ok(device.get_device_snapshot().pn.is_some())
    }

    async fn end(&self, shared: &Shared, reason: StatusReason) -> StatusReason {
        self.stop.cancel();
        shared
            .inbox
            .connection(&self.session, Connection::Ended(reason.clone()))
            .await;
        reason
    }

    /// A device that was removed from its account is of no use: the next start pairs a new one.
    async fn clear_keys(&self, shared: &Shared) {
        let session = self.session.clone();
        let cleared = shared
            .store
            .write(move |tx| Box::pin(async move { tx.clear_device_state(&session).await }))
            .await;
        if let Err(error) = cleared {
            tracing::error!(session.id = %self.session, error = &error as &dyn std::error::Error, "keys of an unlinked session were not cleared");
        }
    }
}

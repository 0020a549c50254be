//! b) The engine on Wagon's store: a durable SQLite database, no HTTP, no outbox.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_delivery::{Courier, Words};
use wagon_domain::outbox::Outgoing;
use wagon_domain::webhook::{Backoff, RetryPolicy};
use wagon_domain::{Actor, Caller, Capabilities, Clock, Jid, SessionId, SystemClock, WaMessageId};
use wagon_engine::{Engine, Submission};
use wagon_engine_whatsapp::{Network as Where, WhatsAppEngine};
use wagon_media::MediaStore;
use wagon_outbound::{Options, Outbound};
use wagon_services::{Attached, Composition, CreateSession, Defaults, Outside, Pepper, Services, Tokens};
use wagon_store::{Cipher, Config, DatabaseUrl, Store};

use crate::children::{self, Network};
use crate::load;

#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) store: Store,
    pub(crate) session: SessionId,
    to: Jid,
    _data: Arc<TempDir>,
    _background: Arc<tokio_util::sync::DropGuard>,
}

impl Sender {
    pub(crate) async fn start(network: &Network) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let url = DatabaseUrl::Sqlite(data.path().join("bench.db"));
        let store = Store::open(
            Config {
                url,
                cipher: Cipher::new([7; 32]),
            },
            Arc::clone(&clock),
        )
        .await?;
        let composition = Composition::new(store.clone(), Arc::clone(&clock));
        let whatsapp = Where::Sandbox(network.url.parse()?);
        let engine: Arc<dyn Engine> = Arc::new(WhatsAppEngine::new(
            store.clone(),
            whatsapp,
            composition.inbox(),
            Arc::clone(&clock),
        ));
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let defaults = Defaults {
            rate_per_min: 0,
            rate_per_hour: 0,
            retry: RetryPolicy {
                backoff: Backoff::Constant,
                delay_seconds: 1,
                attempts: 1,
            },
            batches: 0,
            convert_media: false,
            typing_ends_after: Duration::MAX,
        };
        let files = MediaStore::folder(&data.path().join("media"))?;
        let outbound = Outbound::new(Options::default());
        let courier = Courier::new(
            outbound.clone(),
            Words {
                native: Arc::new(wagon_api_v1::render),
                openwa: Arc::new(wagon_api_openwa::OpenWaLetters { largest_file: 0 }),
            },
            Arc::new(Attached::new(store.clone(), Arc::clone(&engine), files.clone())),
            store.clone(),
            Arc::clone(&clock),
            Duration::from_secs(1),
        );
        let tokens = Tokens::new(store.clone(), clock, "urn:wagon", None);
        let services = composition.finish(
            Arc::clone(&engine),
            Outside {
                courier,
                files,
                outbound,
                tokens,
                pepper: Pepper::default(),
            },
            defaults,
            &tasks,
            &stop,
        );
        let session = link(&services, network).await?;
        Ok(Self {
            engine,
            store,
            session,
            to: network.recipient.parse()?,
            _data: Arc::new(data),
            _background: Arc::new(stop.drop_guard()),
        })
    }

    pub(crate) async fn stop(&self) {
        self.engine.shutdown().await;
        self.store.close().await;
    }
}

async fn link(services: &Services, network: &Network) -> anyhow::Result<SessionId> {
    let caller = Caller {
        org: services.keys.default_org().await?,
        actor: Actor::Operator,
        capabilities: Capabilities::all(),
        sessions: None,
        chats: None,
        super_admin: false,
        address: None,
    };
    let request = CreateSession {
        label: None,
        start: false,
        auto_read: false,
        presence_typing: false,
    };
    let session = services.sessions.create(&caller, request).await?.id;
    let qr = services.sessions.qr(&caller, &session).await?;
    children::scan(network, &qr.code).await?;
    for _ in 0..1000 {
        if services.sessions.get(&caller, &session).await?.status == wagon_domain::SessionStatus::Working {
            return Ok(session);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    None.context("the session did not connect")
}

#[async_trait]
impl load::Send for Sender {
    async fn send(&self, text: String) -> anyhow::Result<()> {
        let submission = Submission {
            wa_id: WaMessageId::generate(&mut rand::rng()),
            to: self.to.clone(),
            outgoing: Outgoing::text(text),
            quote: None,
            media: Vec::new(),
            source: None,
        };
        self.engine.send(&self.session, submission).await?.await?;
        Ok(())
    }
}

//! The running gateway: put together, started, and taken apart again.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::{Extension, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::{Clock, SystemClock};
use wagon_engine::Engine;
use wagon_engine_whatsapp::{Network, WhatsAppEngine};
use wagon_http_kit::TrustedProxies;
use wagon_sandbox::{Config as SandboxConfig, Sandbox, StateLocation};
use wagon_services::{Attached, Composition, Defaults, Keep, Outside, Retention, Services};
use wagon_store::{Config as StoreConfig, DatabaseUrl, Store};

use crate::addresses::Addresses;
use crate::bootstrap;
use crate::config::{Config, NetworkChoice, Secret};
use crate::data_dir::{self, Lock};
use crate::delivery;
use crate::http;
use crate::identity;
use crate::people;

/// How long requests and sends under way may take to finish once the gateway is asked to stop.
const GRACE: Duration = Duration::from_secs(20);
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// A gateway that serves.
pub struct App {
    addresses: Addresses,
    data_dir: PathBuf,
    key_file: PathBuf,
    first_key: Option<String>,
    key_configured: bool,
    services: Services,
    store: Store,
    engine: Arc<dyn Engine>,
    sandbox: Option<Sandbox>,
    tasks: TaskTracker,
    stop: CancellationToken,
    _lock: Lock,
}

impl App {
    /// Brings everything up. When this returns, requests are answered; sessions that were up before
    /// are still on their way.
    pub async fn start(config: &Config, metrics: Option<PrometheusHandle>) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        data_dir::create(&config.data_dir)?;
        let lock = data_dir::lock(&config.data_dir)?;
        let cipher = wagon_store::Cipher::load_or_generate(config.key_file())?;
        let store = Store::claim(
            StoreConfig {
                url: config.database(),
                cipher,
            },
            Arc::clone(&clock),
        )
        .await
        .context("the database could not be opened")?;

        claim_network(&store, config).await?;
        let (network, sandbox) = join_network(config).await?;
        let tasks = TaskTracker::new();
        let stop = CancellationToken::new();
        let composition = Composition::new(store.clone(), Arc::clone(&clock));
        let engine: Arc<dyn Engine> = Arc::new(WhatsAppEngine::new(
            store.clone(),
            network,
            composition.inbox(),
            Arc::clone(&clock),
        ));
        let outbound = delivery::outbound(config)?;
        let files = config.media_store()?;
        let attached = Attached::new(store.clone(), Arc::clone(&engine), files.clone());
        let courier = delivery::courier(config, outbound.clone(), attached, &store, &clock);
        delivery::start(config, &store, &courier, &clock, &tasks, &stop);
        let keep = Keep {
            data: config.retention_days,
            audit: config.audit_days,
        };
        let retention = Retention::new(store.clone(), Arc::clone(&clock), keep);
        tasks.spawn(retention.run(stop.clone()));
        let defaults = Defaults {
            rate_per_min: config.rate_per_min,
            rate_per_hour: config.rate_per_hour,
            retry: config.webhook_retry(),
            batches: config.bulk_max_concurrent_batches,
            convert_media: config.media_conversion_enabled,
            typing_ends_after: Duration::from_secs(config.typing_ends_after_seconds.into()),
        };
        let tokens = identity::tokens(config, &store, &outbound, &clock);
        let services = composition.finish(
            Arc::clone(&engine),
            Outside {
                courier,
                files,
                outbound,
                tokens,
                pepper: config.pepper(),
            },
            defaults,
            &tasks,
            &stop,
        );
        let first_key = bootstrap::ensure_key(&services.keys, config).await?;
        bootstrap::ensure_user(&services, config).await?;

        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("listen = {} is not available", config.listen))?;
        let addresses = Addresses {
            http: listener.local_addr()?,
            sandbox: sandbox.as_ref().map(Sandbox::addr),
        };
        let app = Self {
            addresses,
            data_dir: config.data_dir.clone(),
            key_file: config.first_key_file(),
            first_key,
            key_configured: config.api_master_key.is_some(),
            services,
            store,
            engine,
            sandbox,
            tasks,
            stop,
            _lock: lock,
        };
        app.serve(listener, app.router(config, clock, metrics));
        app.addresses.write(&app.data_dir)?;
        app.resume();
        tracing::info!(http = %app.addresses.http, "listening on http://{}", app.addresses.http);
        Ok(app)
    }

    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    pub fn services(&self) -> &Services {
        &self.services
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    fn router(&self, config: &Config, clock: Arc<dyn Clock>, metrics: Option<PrometheusHandle>) -> Router {
        if let Some(handle) = metrics.clone() {
            let stop = self.stop.clone();
            self.tasks.spawn(async move {
                let mut tick = tokio::time::interval(METRICS_UPKEEP);
                while stop.run_until_cancelled(tick.tick()).await.is_some() {
                    handle.run_upkeep();
                }
            });
        }
        let realtime = wagon_realtime::router::<wagon_api_v1::V1>(wagon_realtime::State {
            services: self.services.clone(),
            clock: Arc::clone(&clock),
            render: wagon_api_v1::render,
            filter: wagon_api_v1::filter,
            heartbeat: wagon_realtime::State::HEARTBEAT,
            shutdown: self.stop.clone(),
            connections: self.tasks.clone(),
        });
        let v1 = wagon_api_v1::router(wagon_api_v1::State {
            services: self.services.clone(),
            clock: Arc::clone(&clock),
            gateway_id: config.gateway_id.as_str().into(),
            public_url: config.public_url.as_deref().map(Into::into),
        });
        let sockets = wagon_api_openwa::socket_io(wagon_api_openwa::Sockets {
            services: self.services.clone(),
            clock: Arc::clone(&clock),
            per_key: config.sockets_per_key,
            shutdown: self.stop.clone(),
            tasks: self.tasks.clone(),
        });
        let handle = metrics.clone();
        let own_metrics = move || handle.as_ref().map(PrometheusHandle::render).unwrap_or_default();
        let openwa = wagon_api_openwa::router(wagon_api_openwa::State {
            services: self.services.clone(),
            clock,
            media_limit: config.media_download_max_bytes,
            bulk_delay: Duration::from_millis(config.bulk_min_delay_ms.into()),
            throttle: config.throttle(),
            simulate_typing: config.simulate_typing,
            metrics: wagon_api_openwa::Metrics::new(
                config.metrics_token.as_ref().map(|Secret(token)| token.clone()),
                own_metrics,
            ),
            about: wagon_api_openwa::About {
                base_url: config.public_url.as_deref().map(Into::into),
                database: match config.database() {
                    DatabaseUrl::Sqlite(_) => "sqlite",
                    DatabaseUrl::Postgres(_) => "postgres",
                },
                storage: if config.media_s3_bucket.is_some() {
                    "s3"
                } else {
                    "local"
                },
            },
        });
        let proxies = TrustedProxies(Arc::new(config.trusted_proxies.clone()));
        http::probes(
            self.services.health.clone(),
            self.services.tokens.clone(),
            metrics,
        )
        .nest("/api/v1", v1.merge(realtime))
        .nest("/api", openwa)
        .merge(sockets)
        .layer(Extension(proxies))
    }

    fn serve(&self, listener: TcpListener, router: Router) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            let serving = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned());
            if let Err(error) = serving.await {
                tracing::error!(error = &error as &dyn std::error::Error, "the HTTP server ended");
            }
        });
    }

    fn resume(&self) {
        let services = self.services.clone();
        self.tasks.spawn(async move {
            match services.resume().await {
                Ok(0) => {}
                Ok(count) => tracing::info!(sessions = count, "sessions resumed"),
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "sessions could not be resumed"
                    );
                }
            }
        });
    }

    /// Lets what is under way finish, then takes connections, database and sandbox down, in that order.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!("some requests did not finish in time");
        }
        self.engine.shutdown().await;
        self.store.close().await;
        if let Some(sandbox) = self.sandbox {
            sandbox.shutdown().await;
        }
        Addresses::remove(&self.data_dir);
    }

    /// What to tell the person who started it.
    pub fn welcome(&self) -> Vec<String> {
        let url = format!("http://{}", reachable(self.addresses.http));
        let mut lines = vec![format!("Wagon is ready: {url}")];
        if let Some(key) = &self.first_key {
            lines.push(format!(
                "API key (shown only now, also in {}): {}",
                self.key_file.display(),
                key
            ));
        } else if !self.key_configured {
            lines.push("API keys: as made before; `wagon keys --help` manages them".to_owned());
        }
        if let Some(sandbox) = self.addresses.sandbox {
            lines.push(format!(
                "Sandbox: http://{sandbox}/ (an emulated WhatsApp network)"
            ));
            lines.extend(self.sandbox.iter().flat_map(people::lines));
            lines.extend(self.tour(&url, sandbox));
        }
        lines
    }

    /// The first steps, ready to paste into a second terminal.
    fn tour(&self, url: &str, sandbox: SocketAddr) -> Vec<String> {
        let key = if self.key_configured {
            "$API_MASTER_KEY".to_owned()
        } else {
            format!("$(cat {})", self.key_file.display())
        };
        vec![
            "Try it in a second terminal:".to_owned(),
            format!("  AUTH=\"Authorization: Bearer {key}\"; API={url}/api/v1"),
            "  SESSION=$(curl -s -H \"$AUTH\" --json '{\"label\":\"shop\"}' $API/sessions | grep -o 'sess_[0-9A-Z]*')".to_owned(),
            "  QR=$(curl -s -H \"$AUTH\" $API/sessions/$SESSION/qr | grep -o '2@[^\"]*')".to_owned(),
            format!("  curl -s -d \"$QR\" 'http://{sandbox}/admin/mock-phone/scan-qr?account=15550000100'"),
            "  TO=15550000001@s.whatsapp.net".to_owned(),
            "  curl -s -H \"$AUTH\" --json '{\"type\":\"text\",\"to\":\"'$TO'\",\"text\":\"Hello\"}' $API/sessions/$SESSION/messages".to_owned(),
            "  sleep 1; curl -s -H \"$AUTH\" $API/sessions/$SESSION/chats/$TO/messages".to_owned(),
        ]
    }
}

/// Linked devices of one network mean nothing to the other, and WhatsApp would see logins of devices
/// that do not exist: a data folder belongs to the network it was first used with.
async fn claim_network(store: &Store, config: &Config) -> anyhow::Result<()> {
    let wanted = match config.network() {
        NetworkChoice::Join(Network::WhatsApp) => "whatsapp",
        NetworkChoice::Join(Network::Sandbox(_)) | NetworkChoice::Host(_) => "sandbox",
    };
    let owner = store.claim_meta("network", wanted).await?;
    anyhow::ensure!(
        owner == wanted,
        "data_dir {} was first used with the {owner} network; give the {wanted} network a folder of its own with --data-dir",
        config.data_dir.display()
    );
    Ok(())
}

async fn join_network(config: &Config) -> anyhow::Result<(Network, Option<Sandbox>)> {
    match config.network() {
        NetworkChoice::Join(network) => Ok((network, None)),
        NetworkChoice::Host(listen) => {
            let sandbox = Sandbox::start(SandboxConfig {
                listen,
                state: StateLocation::File(config.data_dir.join("sandbox.json")),
                scripts: config.sandbox_scripts.clone(),
                seed: (config.sandbox_seed != 0).then_some(config.sandbox_seed),
                ..SandboxConfig::default()
            })
            .await
            .with_context(|| format!("the sandbox could not start; sandbox_listen is {listen}"))?;
            let url = format!("http://{}", sandbox.addr()).parse()?;
            Ok((Network::Sandbox(url), Some(sandbox)))
        }
    }
}

/// The address to reach a listener under: one that listens everywhere is here too.
fn reachable(addr: SocketAddr) -> SocketAddr {
    if addr.ip().is_unspecified() {
        SocketAddr::new(std::net::Ipv4Addr::LOCALHOST.into(), addr.port())
    } else {
        addr
    }
}

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{Path, State, ws::WebSocketUpgrade},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    Config, Error, StateLocation, admin, conn,
    network::Network,
    phone::{self, Script},
    state::{self, Kept, Persistence},
    tls,
};

/// The phones of the default cast: number, name and what they do.
const CAST: [(&str, &str, Script); 3] = [
    ("15550000001", "Echo", Script::Echo),
    ("15550000002", "Reader", Script::Read),
    ("15550000100", "Wagon Shop", Script::Silent),
];

/// A running emulated network.
pub struct Sandbox {
    network: Arc<Network>,
    /// Stop the listener and what runs behind it, also when the sandbox is just dropped.
    listening: DropGuard,
    running: DropGuard,
    server: tokio::task::JoinHandle<()>,
    writer: tokio::task::JoinHandle<()>,
}

impl Sandbox {
    /// Loads the state, binds the port and serves in the background.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let path = match config.state {
            StateLocation::Memory => None,
            StateLocation::File(path) => Some(path),
        };
        let kept = match path.as_deref().map(state::load).transpose()?.flatten() {
            Some(snapshot) => snapshot.restore()?,
            None => Kept::new(),
        };
        let identity = if config.tls {
            Some(tls::Identity::generate().map_err(|error| Error::Tls(error.into()))?)
        } else {
            None
        };
        let listen = |source| Error::Listen {
            addr: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let addr = listener.local_addr().map_err(listen)?;

        let network = Arc::new(Network::new(addr, kept, Persistence::new(path)));
        for account in network.directory.all() {
            phone::start(&network, &account);
        }
        if config.cast {
            create_cast(&network);
        }
        let writer = tokio::spawn({
            let network = Arc::clone(&network);
            async move {
                let stop = network.shutdown.clone();
                network.persistence.run(&network, stop).await;
            }
        });
        network.persistence.touch();
        let mut app = router(&network);
        if let Some(identity) = &identity {
            app = app.merge(identity.router());
        }
        let listening = CancellationToken::new();
        let tls = identity.map(|identity| identity.server_config());
        let server = tokio::spawn(tls::serve(listener, app, tls, listening.clone()));
        tracing::info!(%addr, "sandbox is listening");
        let running = network.shutdown.clone().drop_guard();
        Ok(Self {
            running,
            network,
            listening: listening.drop_guard(),
            server,
            writer,
        })
    }

    /// Where it listens, with the port that was picked.
    pub fn addr(&self) -> SocketAddr {
        self.network.addr
    }

    /// Ends all connections and writes the state a last time.
    pub async fn shutdown(self) {
        self.network.tasks.close();
        drop((self.listening, self.running));
        self.network.tasks.wait().await;
        for task in [self.writer, self.server] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the sandbox failed");
            }
        }
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("addr", &self.network.addr)
            .finish_non_exhaustive()
    }
}

/// A phone that exists already, from the state file, is left as it is.
fn create_cast(network: &Arc<Network>) {
    for (pn, name, script) in CAST {
        if network.directory.by_pn(pn).is_none()
            && let Err(error) = network.create_account(Some(pn), None, Some(name.to_owned()), script)
        {
            tracing::warn!(%error, name, "a phone of the cast could not be created");
        }
    }
}

fn router(network: &Arc<Network>) -> Router {
    Router::new()
        .route("/ws/chat", any(connect))
        .route("/pictures/{id}", get(picture))
        .with_state(Arc::clone(network))
        .merge(admin::router(network))
        .merge(network.media.router())
}

/// A profile picture, at the address that the network gives out for it.
async fn picture(State(network): State<Arc<Network>>, Path(id): Path<String>) -> Response {
    match network.directory.pictures.by_id(&id) {
        Some(image) => ([(header::CONTENT_TYPE, "image/jpeg")], image).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn connect(State(network): State<Arc<Network>>, upgrade: WebSocketUpgrade) -> Response {
    let tasks = network.tasks.clone();
    upgrade.on_upgrade(move |socket| tasks.track_future(conn::serve(network, socket)))
}

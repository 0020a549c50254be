use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    Extension, Router,
    extract::{Path, State, ws::WebSocketUpgrade},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    Config, Error, StateLocation, admin,
    conn::{self, ResetSwitch},
    faults,
    network::Network,
    page,
    phone::{self, scripts},
    state::{self, Kept, Persistence},
    tls,
};

/// What a connection reads at a time. The library's own 128 KiB would be most of the memory of an idle one.
const READ_BUFFER: usize = 8 * 1024;

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
        let scripts = config.scripts.map(read_scripts).transpose()?;
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

        let seed = config.seed.unwrap_or_else(|| rand::random::<u32>().into());
        let network = Arc::new(Network::new(addr, seed, kept, Persistence::new(path)));
        for account in network.directory.all() {
            phone::start(&network, &account);
        }
        if config.cast {
            create_cast(&network);
        }
        if let Some((path, text)) = scripts {
            let file = network.scripts.parse(&text).map_err(|problem| Error::Scripts {
                path,
                source: Box::new(problem),
            })?;
            network.apply(file).map_err(|error| Error::Phone(error.into()))?;
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

    /// Everybody who has a phone, in order of their numbers.
    pub fn people(&self) -> Vec<Person> {
        let accounts = self.network.directory.all();
        let people = accounts.iter().map(|account| Person {
            number: account.pn.to_string(),
            name: account.settings.name(),
            does: self.network.scripts.get(&account.phone.script()).about.clone(),
        });
        people.collect()
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

/// Somebody with a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The phone number, digits only.
    pub number: String,
    /// The name that others see.
    pub name: Option<String>,
    /// What the phone does by itself.
    pub does: String,
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
    for phone in scripts::cast() {
        if network.directory.by_pn(&phone.pn).is_none()
            && let Err(error) = network.create_account(Some(&phone.pn), None, phone.name, phone.script)
        {
            tracing::warn!(%error, "a phone of the cast could not be created");
        }
    }
}

fn read_scripts(path: PathBuf) -> Result<(PathBuf, String), Error> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(source) => Err(Error::ReadScripts { path, source }),
    }
}

fn router(network: &Arc<Network>) -> Router {
    Router::new()
        .route("/ws/chat", any(connect))
        .route("/pictures/{id}", get(picture))
        .with_state(Arc::clone(network))
        .merge(admin::router(network))
        .merge(page::router())
        .merge(network.media.router().layer(middleware::from_fn_with_state(
            Arc::clone(network),
            faults::media::strike,
        )))
}

/// A profile picture, at the address that the network gives out for it.
async fn picture(State(network): State<Arc<Network>>, Path(id): Path<String>) -> Response {
    match network.directory.pictures.by_id(&id) {
        Some(image) => ([(header::CONTENT_TYPE, "image/jpeg")], image).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn connect(
    State(network): State<Arc<Network>>,
    Extension(reset): Extension<ResetSwitch>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let tasks = network.tasks.clone();
    upgrade
        .read_buffer_size(READ_BUFFER)
        .on_upgrade(move |socket| tasks.track_future(conn::serve(network, socket, reset)))
}

//! The Socket.IO server and the handshake.

use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use serde::Deserialize;
use serde_json::Value;
use socketioxide::SocketIo;
use socketioxide::extract::{SocketRef, TryData};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wagon_domain::Clock;
use wagon_http_kit::ClientAddress;
use wagon_services::Services;

use super::asked::Asked;
use super::follower::{Follower, tell_error};
use super::frame::Complaint;
use super::limits::{FRAME_BURST, Limits, Pace};

const PATH: &str = "/socket.io";
const NAMESPACE: &str = "/events";
/// What both sides call their frames.
pub(super) const MESSAGE: &str = "message";
/// Frames that wait for a client to take them. One with more is not listening.
const MOST_WAITING: usize = 256;
/// The longest poll either way, in bytes: as much as clients expect.
const LONGEST_POLL: u64 = 1_000_000;
/// The longest frame of a client, in bytes. Clients have little to say.
const LONGEST_FRAME: usize = 64 * 1024;

/// What sockets work with.
#[derive(Clone)]
pub struct Sockets {
    pub services: Services,
    pub clock: Arc<dyn Clock>,
    /// How many of them a key may have open at a time.
    pub per_key: usize,
    /// Closes them all when it is cancelled.
    pub shutdown: CancellationToken,
    pub tasks: TaskTracker,
}

/// What a client shows in its handshake.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    api_key: String,
}

/// The route of Socket.IO, to be merged into the root: clients expect it outside `/api`.
pub fn socket_io(sockets: Sockets) -> Router {
    let (service, io) = SocketIo::builder()
        .req_path(PATH)
        .max_buffer_size(MOST_WAITING)
        .max_payload(LONGEST_POLL)
        .ws_max_message_size(LONGEST_FRAME)
        .ws_max_frame_size(LONGEST_FRAME)
        .build_svc();
    let limits = Arc::new(Limits::new(sockets.per_key));
    let (tasks, shutdown) = (sockets.tasks.clone(), sockets.shutdown.clone());
    io.ns(NAMESPACE, move |socket: SocketRef, shown: TryData<Shown>| {
        connect(&sockets, &limits, &socket, shown.0.ok());
        ready(())
    });
    tasks.spawn(async move {
        shutdown.cancelled().await;
        io.close().await;
    });
    Router::new()
        .route_service(PATH, service.clone())
        .route_service(&format!("{PATH}/"), service)
}

/// Takes down what the client says from the first moment on; a task of the socket's own does the rest.
fn connect(sockets: &Sockets, limits: &Arc<Limits>, socket: &SocketRef, shown: Option<Shown>) {
    let (say, said) = mpsc::channel(FRAME_BURST as usize);
    let gone = CancellationToken::new();
    let pace = Arc::new(Mutex::new(Pace::default()));
    let clock = Arc::clone(&sockets.clock);
    socket.on(MESSAGE, move |socket: SocketRef, frame: TryData<Value>| {
        let admitted = pace
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(clock.now());
        let asked = Asked::read(&frame.0.unwrap_or_default());
        let id = asked.id.clone();
        // A client that is ahead of its answers hears the same as one that talks too fast.
        if !admitted || say.try_send(asked).is_err() {
            let complaint = Complaint::rate_limited("too many messages");
            // One that does not even take this is dropped by whoever tells it of events.
            let _ = tell_error(&socket, &complaint, id.as_deref(), clock.now());
        }
        ready(())
    });
    let over = gone.clone();
    socket.on_disconnect(move || {
        over.cancel();
        ready(())
    });
    let key = shown.map(|shown| shown.api_key).or_else(|| {
        let header = socket.req_parts().headers.get("x-api-key")?;
        header.to_str().ok().map(str::to_owned)
    });
    let ClientAddress(address) = ClientAddress::of(socket.req_parts());
    let follower = Follower {
        sockets: sockets.clone(),
        limits: Arc::clone(limits),
        socket: socket.clone(),
        key: key.filter(|key| !key.is_empty()),
        address,
        gone,
    };
    sockets.tasks.spawn(follower.run(said));
}

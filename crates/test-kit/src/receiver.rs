use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_TYPE, LOCATION},
    },
    response::{IntoResponse, Response},
    routing::any,
};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::task::AbortOnDropHandle;

use crate::{Journal, contract};

/// How a path of a [`Receiver`] answers.
#[derive(Debug, Clone)]
pub enum Answering {
    /// With this status and body.
    Status(u16, &'static str),
    /// With 200 and this file: its type and its bytes.
    File(&'static str, Bytes),
    /// With 200 and this JSON.
    Json(String),
    /// With a status and a `Retry-After` in seconds.
    RetryAfter(u16, u64),
    /// With 200, after a while.
    Slowly(Duration),
    /// With a redirect.
    Redirect(String),
    /// Not at all, until told otherwise; then as it is told.
    Hang,
    /// By closing the connection in the middle of an answer with status 503.
    CloseEarly,
}

/// A server that webhooks are sent to. It notes every request, and answers on each path as the test says. An event
/// in gateway v1's words that the OpenAPI document does not have fails the test.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    _server: AbortOnDropHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    paths: Mutex<HashMap<String, watch::Sender<Answering>>>,
    seen: Journal,
    violations: Mutex<Vec<String>>,
}

impl Receiver {
    /// Every path answers 200 until [`Receiver::answer`] says otherwise.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared::default());
        let router = Router::new()
            .route("/{path}", any(receive))
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            // Ends with its handle.
            let _ = axum::serve(listener, router).await;
        });
        Self {
            address,
            shared,
            _server: AbortOnDropHandle::new(server),
        }
    }

    /// The URL of a path, given without slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// How the path answers from now on, also to requests that hang.
    pub fn answer(&self, path: &str, how: Answering) {
        self.shared.path(path).send_replace(how);
    }

    /// Every request so far: `path`, `headers`, `raw` (the body as text) and `body` (as JSON).
    pub fn seen(&self) -> &Journal {
        self.check();
        &self.shared.seen
    }

    /// The requests of one path.
    pub fn at(&self, path: &str) -> Vec<Value> {
        let mut requests = self.seen().all();
        requests.retain(|request| request["path"] == path);
        requests
    }

    fn check(&self) {
        let violations = &self.shared.violations;
        let violations = violations.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(violations.is_empty(), "not as documented: {violations:#?}");
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // A test that fails already says why.
        if !std::thread::panicking() {
            self.check();
        }
    }
}

impl Shared {
    fn path(&self, path: &str) -> watch::Sender<Answering> {
        let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        let answering = paths
            .entry(path.to_owned())
            .or_insert_with(|| watch::Sender::new(Answering::Status(200, "ok")));
        answering.clone()
    }
}

async fn receive(
    State(shared): State<Arc<Shared>>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let raw = String::from_utf8_lossy(&body);
    let headers: BTreeMap<&str, &str> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
        .collect();
    let body = serde_json::from_str::<Value>(&raw).unwrap_or(Value::Null);
    if headers.contains_key("x-webhook-request-id")
        && let Some(violation) = contract::V1.event_violation(&body)
    {
        let violations = &shared.violations;
        violations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(violation);
    }
    shared
        .seen
        .push(json!({ "path": path, "headers": headers, "raw": raw, "body": body }));
    let mut answering = shared.path(&path).subscribe();
    loop {
        let how = answering.borrow_and_update().clone();
        match how {
            Answering::Status(status, text) => return (status_code(status), text).into_response(),
            Answering::File(mimetype, bytes) => return ([(CONTENT_TYPE, mimetype)], bytes).into_response(),
            Answering::Json(text) => return ([(CONTENT_TYPE, "application/json")], text).into_response(),
            Answering::RetryAfter(status, seconds) => {
                return (status_code(status), [("retry-after", seconds.to_string())]).into_response();
            }
            Answering::Slowly(pause) => {
                tokio::time::sleep(pause).await;
                return StatusCode::OK.into_response();
            }
            Answering::Redirect(to) => {
                return (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response();
            }
            Answering::CloseEarly => return cut_off(),
            Answering::Hang => {
                if answering.changed().await.is_err() {
                    return StatusCode::OK.into_response();
                }
            }
        }
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("tests name real statuses")
}

/// An answer whose head says 503 and whose body breaks off.
fn cut_off() -> Response {
    let body = stream::iter([Ok("cut"), Err(std::io::Error::other("cut off"))]);
    (StatusCode::SERVICE_UNAVAILABLE, Body::from_stream(body)).into_response()
}

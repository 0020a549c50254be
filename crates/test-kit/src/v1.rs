use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio_util::{
    codec::{FramedRead, LinesCodec},
    io::StreamReader,
    task::AbortOnDropHandle,
};

use crate::{
    Admin, Answer, DEADLINE, Journal, contract,
    http::{client, exchange, streaming_client},
    wait_until,
};

/// A caller of `/api/v1`. Paths are relative to that prefix.
#[derive(Debug, Clone)]
pub struct V1 {
    http: Client,
    base: String,
    key: Option<String>,
}

impl V1 {
    /// `base_url` without the prefix, e.g. `http://127.0.0.1:2785`.
    pub fn new(base_url: &str, key: &str) -> Self {
        Self {
            http: client(),
            base: format!("{base_url}/api/v1"),
            key: Some(key.to_owned()),
        }
    }

    /// The same gateway, as another caller.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self.clone()
        }
    }

    /// The same gateway, without credentials.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self {
            key: None,
            ..self.clone()
        }
    }

    /// A request to finish by hand, for headers and bodies of another kind; hand it to [`V1::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.authorized(&self.http, method, path)
    }

    /// Sends a request and panics when no answer comes.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request)
            .await
            .unwrap_or_else(|error| panic!("the gateway does not answer: {error}"))
    }

    /// Sends a request; `Err` when no complete answer comes, for tests that stop the gateway meanwhile.
    /// Panics at an answer that the OpenAPI document does not have.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let (client, request) = request.build_split();
        let request = request?;
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let answer = exchange(RequestBuilder::from_parts(client, request)).await?;
        if let Some(path) = path.strip_prefix("/api/v1") {
            contract::V1.note(&method, path, answer.status.as_u16());
            if let Some(violation) = contract::V1.violation(&method, path, &answer) {
                panic!("not as documented: {violation}");
            }
        }
        Ok(answer)
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// `POST` without a body, for the custom methods such as `/sessions/{session}:start`.
    pub async fn invoke(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Creates a session, links it to `account` of the sandbox by QR and waits until it works and others
    /// can write to it. Answers its id.
    pub async fn paired_session(&self, sandbox: &Admin, account: &str) -> String {
        self.paired_session_with(sandbox, account, json!({ "start": true }))
            .await
    }

    /// The same with settings of the session, which has to `start`.
    pub async fn paired_session_with(&self, sandbox: &Admin, account: &str, settings: Value) -> String {
        let created = self.post("/sessions", settings).await.expect(201);
        let id = created["id"]
            .as_str()
            .unwrap_or_else(|| panic!("a session without id: {created}"))
            .to_owned();
        self.pair(sandbox, &id, account).await;
        id
    }

    /// Links a session to the account and waits until both can be reached.
    pub async fn pair(&self, sandbox: &Admin, session: &str, account: &str) {
        let code = wait_until(DEADLINE, "a QR code", async || {
            let answer = self.get(&format!("/sessions/{session}/qr")).await;
            answer.body["code"].as_str().map(str::to_owned).ok_or(answer)
        })
        .await;
        sandbox.scan_qr(&code, Some(account)).await;
        self.wait_session(session, "working").await;
        sandbox.wait_reachable(account).await;
    }

    /// Waits until the session has the status.
    pub async fn wait_session(&self, id: &str, status: &str) -> Value {
        wait_until(DEADLINE, &format!("session status {status}"), async || {
            let answer = self.get(&format!("/sessions/{id}")).await;
            if answer.body["status"] == status {
                Ok(answer.body)
            } else {
                Err(answer)
            }
        })
        .await
    }

    /// Opens `GET /api/v1/events`; `query` is e.g. `session=…&since=…`. Returns when the response has begun.
    pub async fn events(&self, query: &str) -> EventStream {
        self.try_events(query)
            .await
            .unwrap_or_else(|error| panic!("no event stream: {error}"))
    }

    /// The same; `Err` when the gateway does not answer, for tests that stop it meanwhile.
    pub async fn try_events(&self, query: &str) -> reqwest::Result<EventStream> {
        let request = self.authorized(&streaming_client(), Method::GET, &format!("/events?{query}"));
        let response = request.send().await?;
        assert_eq!(response.status(), 200, "the event stream is refused");
        let bytes = response.bytes_stream().map_err(std::io::Error::other);
        let mut lines = FramedRead::new(StreamReader::new(bytes), LinesCodec::new());
        let seen = Arc::new(Journal::default());
        let journal = Arc::clone(&seen);
        let undocumented = Arc::new(Mutex::new(Vec::new()));
        let violations = Arc::clone(&undocumented);
        let reader = tokio::spawn(async move {
            while let Some(Ok(line)) = lines.next().await {
                let frame = serde_json::from_str(&line);
                let frame =
                    frame.unwrap_or_else(|error| json!({ "malformed": line, "error": error.to_string() }));
                if let Some(violation) = contract::V1.frame_violation(&frame) {
                    violations
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(violation);
                }
                journal.push(frame);
            }
            journal.end();
        });
        Ok(EventStream {
            seen,
            undocumented,
            _reader: AbortOnDropHandle::new(reader),
        })
    }

    fn authorized(&self, http: &Client, method: Method, path: &str) -> RequestBuilder {
        let request = http.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }
}

/// The frames of one NDJSON event stream, read in the background until it is dropped or ends.
#[derive(Debug)]
pub struct EventStream {
    seen: Arc<Journal>,
    /// What is wrong with frames that are not as documented.
    undocumented: Arc<Mutex<Vec<String>>>,
    _reader: AbortOnDropHandle<()>,
}

impl EventStream {
    /// Every frame so far.
    pub fn seen(&self) -> &Journal {
        &self.seen
    }

    /// The first frame that matches, also among those that came before.
    pub async fn wait_event(&self, matches: impl Fn(&Value) -> bool, deadline: Duration) -> Value {
        self.seen.wait("an event", matches, deadline).await
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        let violations = self.undocumented.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(
            violations.is_empty() || std::thread::panicking(),
            "not as documented: {violations:#?}"
        );
    }
}

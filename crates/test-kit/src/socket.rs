use std::{path::PathBuf, process::Stdio, sync::Arc};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout},
};

use crate::{
    DEADLINE, Gateway, Journal,
    process::{LogFile, command},
};

/// Socket.IO's own client, connected to the events of the OpenWA dialect. `tests/e2e/socket_io/README.md` says how it
/// is driven.
#[derive(Debug)]
pub struct EventSocket {
    child: Child,
    stdin: ChildStdin,
    seen: Arc<Journal>,
    _home: TempDir,
}

impl EventSocket {
    /// A client that shows its key in the handshake.
    pub fn open(gateway: &Gateway, key: &str) -> Self {
        Self::open_with(gateway, &json!({ "auth": { "apiKey": key } }))
    }

    /// A client with other options of the library.
    pub fn open_with(gateway: &Gateway, options: &Value) -> Self {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/e2e/socket_io"));
        assert!(
            folder.join("node_modules").is_dir(),
            "the Socket.IO client is not installed: run scripts/test-setup.sh"
        );
        let home = tempfile::tempdir().expect("a temporary directory can be made");
        let log = LogFile::new(home.path().join("client.log"));
        let mut child = command("node")
            .arg(folder.join("client.mjs"))
            .arg(gateway.base_url())
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.stdio())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run node: {error}"));
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        let seen = Arc::default();
        tokio::spawn(read_lines(stdout, Arc::clone(&seen)));
        Self {
            child,
            stdin,
            seen,
            _home: home,
        }
    }

    /// Everything that happened: `event`, and the `frame` of a message.
    pub fn seen(&self) -> &Journal {
        &self.seen
    }

    /// Sends a frame.
    pub async fn say(&mut self, frame: &Value) {
        let written = self.stdin.write_all(format!("{frame}\n").as_bytes()).await;
        written.unwrap_or_else(|error| panic!("the client has ended: {error}"));
    }

    /// Sends a frame and answers what comes back for it.
    pub async fn ask(&mut self, mut frame: Value) -> Value {
        let request = format!("request-{}", self.seen.mark());
        frame["requestId"] = json!(request);
        self.say(&frame).await;
        self.frame("an answer", |frame| frame["requestId"] == request)
            .await
    }

    /// Subscribes, which has to succeed.
    pub async fn subscribe(&mut self, session: &str, events: &[&str]) {
        let frame = json!({ "type": "subscribe", "sessionId": session, "events": events });
        let reply = self.ask(frame).await;
        assert_eq!(
            (&reply["type"], &reply["sessionId"], &reply["events"]),
            (&json!("subscribed"), &json!(session), &json!(events)),
            "{reply}"
        );
    }

    /// The first frame that matches.
    pub async fn frame(&self, what: &str, matches: impl Fn(&Value) -> bool) -> Value {
        let wanted = |line: &Value| line["event"] == "message" && matches(&line["frame"]);
        self.seen.wait(what, wanted, DEADLINE).await["frame"].clone()
    }

    /// The first event of this name whose data matches: the whole frame.
    pub async fn told(&self, event: &str, matches: impl Fn(&Value) -> bool) -> Value {
        let wanted = |frame: &Value| {
            frame["type"] == "event"
                && frame["payload"]["event"] == event
                && matches(&frame["payload"]["data"])
        };
        self.frame(event, wanted).await
    }

    /// Waits until the connection has ended.
    pub async fn closed(&self) -> Value {
        let ended = |line: &Value| line["event"] == "disconnect" || line["event"] == "connect_error";
        self.seen.wait("the end of the socket", ended, DEADLINE).await
    }

    /// Stops the client's process in its tracks: it takes nothing any more, and its connection stays.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().expect("the client runs").to_string();
        let sent = std::process::Command::new("kill").args([signal, &pid]).status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "the client cannot be signalled"
        );
    }
}

async fn read_lines(stdout: ChildStdout, seen: Arc<Journal>) {
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let entry = serde_json::from_str(&line);
        seen.push(entry.unwrap_or_else(|error| json!({ "malformed": line, "error": error.to_string() })));
    }
    seen.end();
}

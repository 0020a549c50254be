use std::{path::PathBuf, sync::Arc, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout},
    sync::Mutex,
};

use crate::{
    Admin, DEADLINE, Journal,
    process::{LogFile, command},
};

/// How far a sent message has come, in order.
const STATUSES: [&str; 4] = ["server_ack", "delivered", "read", "played"];

/// A Baileys client in a Node process: somebody else's implementation of the protocol, as a witness.
///
/// It speaks the JSON lines that `tests/e2e/baileys/README.md` describes, and stays linked to its account across
/// [`Baileys::restart`].
#[derive(Debug)]
pub struct Baileys {
    identity: Identity,
    process: Option<Process>,
    seen: Arc<Journal>,
    log: LogFile,
}

#[derive(Debug)]
struct Identity {
    sandbox: String,
    name: String,
    account: String,
    /// How it links, as the script is told.
    options: &'static [&'static str],
    /// Credentials, the sandbox's certificate authority and the log.
    home: TempDir,
}

#[derive(Debug)]
struct Process {
    child: Child,
    commands: Mutex<Commands>,
}

#[derive(Debug)]
struct Commands {
    stdin: ChildStdin,
    last_id: u64,
}

impl Baileys {
    /// Starts a peer, links it to the phone number `account` and waits until it is connected.
    pub async fn pair(sandbox: &Admin, name: &str, account: &str) -> Self {
        Self::link(sandbox, name, account, &[]).await
    }

    /// A peer that also takes the history which the phone hands over.
    pub async fn pair_with_history(sandbox: &Admin, name: &str, account: &str) -> Self {
        Self::link(sandbox, name, account, &["--history"]).await
    }

    /// Like [`Baileys::pair`], by a code that the phone's user types.
    pub async fn pair_by_code(sandbox: &Admin, name: &str, account: &str) -> Self {
        Self::link(sandbox, name, account, &["--by-code"]).await
    }

    async fn link(sandbox: &Admin, name: &str, account: &str, options: &'static [&'static str]) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory can be made");
        let authority = sandbox.ca_pem().await;
        std::fs::write(home.path().join("ca.pem"), authority)
            .expect("a temporary directory can be written to");
        let identity = Identity {
            sandbox: sandbox.url().to_owned(),
            name: name.to_owned(),
            account: account.to_owned(),
            options,
            home,
        };
        let log = LogFile::new(identity.home.path().join("peer.log"));
        let mut peer = Self {
            identity,
            process: None,
            seen: Arc::default(),
            log,
        };
        peer.start().await;
        peer
    }

    /// Ends the process without warning and starts it again with the same credentials.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    /// Like [`Baileys::restart`], but without the Signal sessions: what comes next cannot be decrypted and has to be
    /// asked for again.
    pub async fn restart_without_sessions(&mut self) {
        self.stop().await;
        let auth = std::fs::read_dir(self.auth_dir()).expect("the peer has run");
        for entry in auth {
            let path = entry.expect("our own directory can be read").path();
            if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("session-"))
            {
                std::fs::remove_file(path).expect("our own file can be removed");
            }
        }
        self.start().await;
    }

    async fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.child.kill().await.expect("our own child can be killed");
        }
    }

    fn auth_dir(&self) -> PathBuf {
        self.identity.home.path().join("auth")
    }

    async fn start(&mut self) {
        let script = PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/e2e/baileys/peer.mjs"
        ));
        assert!(
            script.with_file_name("node_modules").is_dir(),
            "Baileys is not installed: run scripts/test-setup.sh"
        );
        let home = self.identity.home.path();
        let mut child = command("node")
            .arg(script)
            .args(["--sandbox", &self.identity.sandbox, "--name", &self.identity.name])
            .args(["--account", &self.identity.account])
            .args(self.identity.options)
            .arg("--auth")
            .arg(self.auth_dir())
            .env("NODE_EXTRA_CA_CERTS", home.join("ca.pem"))
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(self.log.stdio())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run node: {error}"));
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        // A journal per run: the last one has ended for good.
        self.seen = Arc::default();
        tokio::spawn(read_lines(stdout, Arc::clone(&self.seen)));
        self.process = Some(Process {
            child,
            commands: Mutex::new(Commands { stdin, last_id: 0 }),
        });
        self.wait("open", |_| true, DEADLINE).await;
    }

    /// Every line of the peer since its last start.
    pub fn seen(&self) -> &Journal {
        &self.seen
    }

    /// What the peer wrote beside the protocol. It may hold keys: show it, but do not keep it.
    pub fn log(&self) -> String {
        self.log.read()
    }

    /// The first event of the kind that matches.
    pub async fn wait(&self, event: &str, matches: impl Fn(&Value) -> bool, deadline: Duration) -> Value {
        let what = format!("{}'s event {event}", self.identity.name);
        self.seen
            .wait(&what, |line| line["event"] == event && matches(line), deadline)
            .await
    }

    /// The first message that matches, sent or received.
    pub async fn wait_message(&self, matches: impl Fn(&Value) -> bool, deadline: Duration) -> Value {
        self.wait("message", matches, deadline).await
    }

    /// Waits until the sent message has come as far as `status` or further.
    pub async fn wait_status(&self, id: &str, status: &str, deadline: Duration) -> Value {
        let rank = |name: &str| STATUSES.iter().position(|known| *known == name);
        let wanted = rank(status).unwrap_or_else(|| panic!("{status} is none of {STATUSES:?}"));
        let far_enough = |line: &Value| {
            line["id"] == id
                && line["status"]
                    .as_str()
                    .and_then(rank)
                    .is_some_and(|rank| rank >= wanted)
        };
        self.wait("status", far_enough, deadline).await
    }

    /// The messages that match, for counting.
    pub fn messages(&self, matches: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut lines = self.seen.all();
        lines.retain(|line| line["event"] == "message" && matches(line));
        lines
    }

    /// Sends a text and answers the message id.
    pub async fn send(&self, to: &str, text: &str) -> String {
        self.send_with(json!({ "cmd": "send", "to": to, "text": text }))
            .await
    }

    /// Runs a command that sends something and answers the message id.
    pub async fn send_with(&self, command: Value) -> String {
        let reply = self.command(command).await;
        reply["id"]
            .as_str()
            .unwrap_or_else(|| panic!("a reply without id: {reply}"))
            .to_owned()
    }

    /// Runs a command and answers its reply, which has to be a success.
    pub async fn command(&self, command: Value) -> Value {
        let reply = self.try_command(command).await;
        assert_eq!(reply["ok"], true, "{} refused: {reply:#}", self.identity.name);
        reply
    }

    /// Runs a command and answers its reply.
    pub async fn try_command(&self, mut command: Value) -> Value {
        let process = self.process.as_ref().expect("started in `pair` and in `restart`");
        let mark = self.seen.mark();
        let id = {
            let mut commands = process.commands.lock().await;
            commands.last_id += 1;
            command["id"] = json!(commands.last_id);
            let line = format!("{command}\n");
            let written = commands.stdin.write_all(line.as_bytes()).await;
            written.unwrap_or_else(|error| {
                panic!("{} has ended ({error}): {}", self.identity.name, self.log.tail())
            });
            commands.last_id
        };
        self.seen
            .wait_from(
                mark,
                "the reply",
                |line| line["reply"] == id && line["ok"].is_boolean(),
                DEADLINE * 2,
            )
            .await
    }

    /// Disconnects without unlinking; the network queues what arrives meanwhile.
    pub async fn offline(&self) {
        self.command(json!({ "cmd": "offline" })).await;
    }

    /// Connects again.
    pub async fn online(&self) {
        self.command(json!({ "cmd": "online" })).await;
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

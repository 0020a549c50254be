use std::{collections::BTreeSet, path::PathBuf, process::Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
    time::timeout,
};

use crate::{
    DEADLINE, Gateway, MASTER_KEY, contract,
    process::{LogFile, command},
};

/// OpenWA's own Python package, unmodified, as a caller of the gateway. `tests/e2e/openwa_sdk/README.md` says how it is
/// driven.
#[derive(Debug)]
pub struct OpenWaSdk {
    _child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    log: LogFile,
    _home: TempDir,
    last_id: u64,
    /// The methods that have answered.
    succeeded: BTreeSet<String>,
}

impl OpenWaSdk {
    /// A client with the administrator's key.
    pub fn start(gateway: &Gateway) -> Self {
        Self::start_with(gateway, MASTER_KEY)
    }

    /// A client with another key.
    pub fn start_with(gateway: &Gateway, key: &str) -> Self {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/e2e/openwa_sdk"));
        let python = folder.join(".venv/bin/python");
        assert!(
            python.exists(),
            "the OpenWA SDK is not installed: run scripts/test-setup.sh"
        );
        let home = tempfile::tempdir().expect("a temporary directory can be made");
        let log = LogFile::new(home.path().join("sdk.log"));
        let mut child = command(python)
            .arg(folder.join("drive.py"))
            .arg(gateway.base_url())
            .arg(key)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.stdio())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run Python: {error}"));
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        Self {
            _child: child,
            stdin,
            lines: BufReader::new(stdout).lines(),
            log,
            _home: home,
            last_id: 0,
            succeeded: BTreeSet::new(),
        }
    }

    /// Calls a method like `contacts.check` and answers what it returns.
    pub async fn call(&mut self, method: &str, args: Value) -> Value {
        self.call_with(method, args, json!({})).await
    }

    /// The same with keyword arguments.
    pub async fn call_with(&mut self, method: &str, args: Value, kwargs: Value) -> Value {
        let reply = self
            .ask(json!({ "call": method, "args": args, "kwargs": kwargs }))
            .await;
        assert_eq!(reply["ok"], true, "{method} raised: {reply:#}");
        self.succeeded.insert(method.to_owned());
        reply["result"].clone()
    }

    /// Calls a method that has to raise and answers the error: `type`, `status`, `message`, `code`.
    pub async fn raises(&mut self, method: &str, args: Value) -> Value {
        self.raises_with(method, args, json!({})).await
    }

    /// The same with keyword arguments.
    pub async fn raises_with(&mut self, method: &str, args: Value, kwargs: Value) -> Value {
        let reply = self
            .ask(json!({ "call": method, "args": args, "kwargs": kwargs }))
            .await;
        assert_eq!(reply["ok"], false, "{method} returned: {reply:#}");
        reply["error"].clone()
    }

    /// What the package's webhook helper says of a delivery.
    pub async fn verifies(&mut self, body: &str, header: &str, secret: &str) -> bool {
        let asked = json!({ "body": body, "header": header, "secret": secret });
        self.ask(json!({ "verify": asked })).await["result"] == true
    }

    /// Every method that the package has.
    pub async fn methods(&mut self) -> Vec<String> {
        let reply = self.ask(json!({ "list": true })).await;
        let names = reply["result"].as_array().expect("a list of names");
        names
            .iter()
            .map(|name| name.as_str().expect("a name").to_owned())
            .collect()
    }

    /// Panics unless every method of the package's resource has answered this client at least once.
    pub async fn assert_all_called(&mut self, resource: &str) {
        let prefix = format!("{resource}.");
        let methods = self.methods().await;
        let missing: Vec<_> = methods
            .iter()
            .filter(|method| method.starts_with(&prefix) && !self.succeeded.contains(*method))
            .collect();
        assert!(missing.is_empty(), "not called with success: {missing:?}");
    }

    async fn ask(&mut self, mut asked: Value) -> Value {
        self.last_id += 1;
        asked["id"] = json!(self.last_id);
        let written = self.stdin.write_all(format!("{asked}\n").as_bytes()).await;
        if let Err(error) = written {
            panic!("the SDK has ended ({error}): {}", self.log.tail());
        }
        // Longer than the package's own patience, which it has to show.
        let line = timeout(DEADLINE * 2, self.lines.next_line()).await;
        let line = match line {
            Ok(Ok(Some(line))) => line,
            other => panic!("the SDK does not answer ({other:?}): {}", self.log.tail()),
        };
        let reply: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"));
        assert_eq!(
            reply["reply"], self.last_id,
            "an answer to something else: {reply}"
        );
        for exchange in reply["exchanges"].as_array().into_iter().flatten() {
            note(exchange);
        }
        reply
    }
}

/// Notes for the run as a whole what the package was answered.
fn note(exchange: &Value) {
    let (method, path) = (exchange["method"].as_str(), exchange["path"].as_str());
    let path = path.and_then(|path| path.strip_prefix("/api"));
    let status = exchange["status"]
        .as_u64()
        .and_then(|status| status.try_into().ok());
    let (Some(Ok(method)), Some(path), Some(status)) = (method.map(str::parse), path, status) else {
        panic!("no exchange: {exchange}");
    };
    contract::OPENWA.note(&method, path, status);
}

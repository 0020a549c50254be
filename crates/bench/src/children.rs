//! Processes under measurement: the sandbox, and gateways that join it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const KEY: &str = "bench-key-bench-key-bench-key";
const DEADLINE: Duration = Duration::from_secs(30);

/// A running sandbox and the phone that everything is sent to.
pub(crate) struct Network {
    pub(crate) child: Killed,
    pub(crate) url: String,
    pub(crate) recipient: String,
    pub(crate) http: reqwest::Client,
    pub(crate) ready_after: Duration,
}

/// A child that ends with its handle.
pub(crate) struct Killed(Child);

impl Killed {
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) async fn sandbox(wagon: &Path) -> anyhow::Result<Network> {
    let port = free_port()?;
    let http = reqwest::Client::new();
    let started = Instant::now();
    let child = Command::new(wagon)
        .args([
            "sandbox",
            "--log",
            "error",
            "--listen",
            &format!("127.0.0.1:{port}"),
        ])
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| {
            format!(
                "{} does not run; build it with `cargo build --release`",
                wagon.display()
            )
        })?;
    let child = Killed(child);
    let url = format!("http://127.0.0.1:{port}");
    answered(&http, &format!("{url}/admin/trust")).await?;
    let ready_after = started.elapsed();
    let account: Value = http
        .post(format!("{url}/admin/accounts"))
        .json(&json!({ "name": "Bench recipient", "script": "silent" }))
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let pn = account["pn"].as_str().context("the sandbox names no pn")?;
    let recipient = format!("{}@s.whatsapp.net", pn.split('@').next().unwrap_or(pn));
    Ok(Network {
        child,
        url,
        recipient,
        http,
        ready_after,
    })
}

/// A gateway process that joined the sandbox.
pub(crate) struct Gateway {
    pub(crate) child: Killed,
    pub(crate) url: String,
    pub(crate) ready_after: Duration,
}

pub(crate) async fn gateway(wagon: &Path, network: &Network, data: &TempDir) -> anyhow::Result<Gateway> {
    let port = free_port()?;
    let started = Instant::now();
    let child = Command::new(wagon)
        .args([
            "serve",
            "--log",
            "error",
            "--listen",
            &format!("127.0.0.1:{port}"),
        ])
        .args(["--sandbox-url", &network.url])
        .arg("--data-dir")
        .arg(data.path())
        .env("API_MASTER_KEY", KEY)
        .env("DEFAULT_RATE_PER_MIN", "0")
        .env("DEFAULT_RATE_PER_HOUR", "0")
        .env("WAGON_OUTBOUND_ALLOW", "127.0.0.1")
        .stdout(Stdio::null())
        .spawn()?;
    let child = Killed(child);
    let url = format!("http://127.0.0.1:{port}");
    answered(&network.http, &format!("{url}/readyz")).await?;
    Ok(Gateway {
        child,
        url,
        ready_after: started.elapsed(),
    })
}

impl Gateway {
    pub(crate) async fn call(
        &self,
        network: &Network,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let url = format!("{}/api/v1{path}", self.url);
        let mut request = match method {
            "POST" => network.http.post(url),
            _ => network.http.get(url),
        };
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.bearer_auth(KEY).send().await?;
        let status = response.status();
        let text = response.text().await?;
        anyhow::ensure!(status.is_success(), "{method} {path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// A new session, linked and connected.
    pub(crate) async fn session(&self, network: &Network) -> anyhow::Result<String> {
        let made = self
            .call(network, "POST", "/sessions", Some(json!({ "autoRead": false })))
            .await?;
        let id = made["id"].as_str().context("no session id")?.to_owned();
        let qr = self
            .call(network, "GET", &format!("/sessions/{id}/qr"), None)
            .await?;
        scan(network, qr["code"].as_str().context("no QR code")?).await?;
        let deadline = Instant::now() + DEADLINE;
        loop {
            let session = self
                .call(network, "GET", &format!("/sessions/{id}"), None)
                .await?;
            if session["status"] == "working" {
                return Ok(id);
            }
            anyhow::ensure!(Instant::now() < deadline, "session did not connect: {session}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

pub(crate) async fn scan(network: &Network, qr: &str) -> anyhow::Result<()> {
    let url = format!("{}/admin/mock-phone/scan-qr", network.url);
    network
        .http
        .post(url)
        .body(qr.to_owned())
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}

async fn answered(http: &reqwest::Client, url: &str) -> anyhow::Result<()> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if http
            .get(url)
            .send()
            .await
            .is_ok_and(|response| response.status().is_success())
        {
            return Ok(());
        }
        anyhow::ensure!(Instant::now() < deadline, "{url} did not answer");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

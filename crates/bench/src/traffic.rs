//! Many sessions at work: how many sends a second are taken with `?async=true`, how fast they go out, and how much
//! memory that takes.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::json;
use tokio::time::sleep;

use crate::children::{self, Gateway, KEY, Network};
use crate::load;
use crate::memory::mib;
use crate::process::own;

const IN_FLIGHT: usize = 16;
const DEADLINE: Duration = Duration::from_mins(5);

/// Hands texts to one session after the other.
#[derive(Clone)]
struct Intake {
    http: reqwest::Client,
    urls: Arc<Vec<String>>,
    next: Arc<std::sync::atomic::AtomicUsize>,
    to: String,
}

#[async_trait]
impl load::Send for Intake {
    async fn send(&self, text: String) -> anyhow::Result<()> {
        let turn = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let body = json!({ "type": "text", "to": self.to, "text": text });
        let request = self.http.post(&self.urls[turn % self.urls.len()]);
        let response = request.bearer_auth(KEY).json(&body).send().await?;
        let status = response.status();
        let answer = response.bytes().await?;
        anyhow::ensure!(
            status.as_u16() == 202,
            "{status}: {}",
            String::from_utf8_lossy(&answer)
        );
        Ok(())
    }
}

pub(crate) async fn report(
    wagon: &Path,
    network: &Network,
    sessions: usize,
    messages: usize,
) -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let gateway = children::gateway(wagon, network, &data).await?;
    let mut urls = Vec::new();
    for _ in 0..sessions {
        let session = gateway.session(network).await?;
        urls.push(format!(
            "{}/api/v1/sessions/{session}/messages?async=true",
            gateway.url
        ));
    }
    let intake = Intake {
        http: network.http.clone(),
        urls: Arc::new(urls),
        next: Arc::default(),
        to: network.recipient.clone(),
    };
    // Every session has met the recipient before the clock runs.
    for turn in 0..sessions {
        load::Send::send(&intake, format!("hello {turn}")).await?;
    }
    wait_until_sent(&gateway, network, sessions).await?;
    let before = own(gateway.child.id())?;

    let begun = Instant::now();
    let taken = load::run(&intake, messages, IN_FLIGHT).await?;
    let warm_up = messages.min(load::WARM_UP);
    wait_until_sent(&gateway, network, sessions + warm_up + messages).await?;
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let drained = (warm_up + messages) as f64 / begun.elapsed().as_secs_f64();
    println!("| {sessions} sessions, {messages} messages | per second | p50 | p99 |");
    println!("|---|---|---|---|");
    println!(
        "| taken with `?async=true`, {IN_FLIGHT} in flight | {:.0} | {:.2} ms | {:.2} ms |",
        taken.per_second,
        taken.p50.as_secs_f64() * 1e3,
        taken.p99.as_secs_f64() * 1e3
    );
    println!("| acknowledged by WhatsApp, from the first request on | {drained:.0} | | |");
    println!(
        "\n{sessions} sessions, memory without mapped files: {:.1} MiB before the traffic, {:.1} MiB after it",
        mib(before),
        mib(own(gateway.child.id())?),
    );
    Ok(())
}

async fn wait_until_sent(gateway: &Gateway, network: &Network, messages: usize) -> anyhow::Result<()> {
    let url = format!("{}/metrics", gateway.url);
    let deadline = Instant::now() + DEADLINE;
    loop {
        let figures = network
            .http
            .get(&url)
            .bearer_auth(KEY)
            .send()
            .await?
            .text()
            .await?;
        let sent = figures
            .lines()
            .filter(|line| line.starts_with("wagon_messages_sent_total") && line.contains("outcome=\"sent\""))
            .filter_map(|line| line.rsplit_once(' ')?.1.parse::<usize>().ok())
            .sum::<usize>();
        if sent >= messages {
            return Ok(());
        }
        anyhow::ensure!(
            Instant::now() < deadline,
            "only {sent} of {messages} messages went out"
        );
        sleep(Duration::from_millis(50)).await;
    }
}

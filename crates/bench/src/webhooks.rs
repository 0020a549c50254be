//! Webhooks: how long after an event its receiver hears of it while messages come in at a steady rate,
//! and how many deliveries a second there are once they have piled up.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use wagon_domain::{Clock, SystemClock};

use crate::children::{self, Gateway, Network};

const SESSIONS: usize = 8;
const DEADLINE: Duration = Duration::from_mins(2);

/// Milliseconds from each event to its arrival.
#[derive(Default)]
struct Arrivals {
    lags: Mutex<Vec<i64>>,
    count: watch::Sender<usize>,
}

pub(crate) async fn report(
    wagon: &Path,
    network: &Network,
    per_second: u32,
    events: usize,
) -> anyhow::Result<()> {
    let arrivals = Arc::new(Arrivals::default());
    let url = receiver(Arc::clone(&arrivals)).await?;
    let data = tempfile::tempdir()?;
    let gateway = children::gateway(wagon, network, &data).await?;
    let mut recipients = Vec::new();
    for _ in 0..SESSIONS {
        let session = gateway.session(network).await?;
        let me = gateway
            .call(network, "GET", &format!("/sessions/{session}/me"), None)
            .await?;
        let jid = me["waJid"].as_str().context("a linked session has a JID")?;
        // Without its device.
        let number = jid.split([':', '@']).next().unwrap_or(jid);
        recipients.push(format!("{number}@s.whatsapp.net"));
    }
    let hook = json!({ "url": url, "events": ["message"] });
    let hook = gateway.call(network, "POST", "/webhooks", Some(hook)).await?;
    let hook = hook["id"].as_str().context("no webhook id")?;

    let senders = senders(network).await?;
    let mut tick = tokio::time::interval(Duration::from_secs(1) / per_second);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let begun = Instant::now();
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..events {
        tick.tick().await;
        let to = recipients[number % SESSIONS].clone();
        let path = format!(
            "{}/admin/phones/{}/messages",
            network.url,
            senders[number % SESSIONS]
        );
        let http = network.http.clone();
        sending.spawn(async move {
            let body = json!({ "to": to, "text": format!("message {number}") });
            http.post(path).json(&body).send().await?.error_for_status()
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    arrived(&arrivals, events).await?;
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let rate = events as f64 / begun.elapsed().as_secs_f64();
    let mut lags = std::mem::take(&mut *arrivals.lags.lock().unwrap_or_else(PoisonError::into_inner));
    lags.sort_unstable();
    println!("\n| webhooks | per second | p50 | p99 |");
    println!("|---|---|---|---|");
    println!(
        "| event to receiver | {rate:.0} | {} ms | {} ms |",
        lags[lags.len() / 2],
        lags[lags.len() * 99 / 100]
    );
    drain(&gateway, network, hook, &arrivals, events).await
}

/// Everything again, all of it waiting at once.
async fn drain(
    gateway: &Gateway,
    network: &Network,
    hook: &str,
    arrivals: &Arrivals,
    events: usize,
) -> anyhow::Result<()> {
    let body = json!({ "since": 0, "statuses": ["delivered"] });
    let begun = Instant::now();
    gateway
        .call(
            network,
            "POST",
            &format!("/webhooks/{hook}:redeliver"),
            Some(body),
        )
        .await?;
    arrived(arrivals, 2 * events).await?;
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let rate = events as f64 / begun.elapsed().as_secs_f64();
    println!("| deliveries, {SESSIONS} sessions, one receiver | {rate:.0} | | |");
    Ok(())
}

async fn arrived(arrivals: &Arrivals, count: usize) -> anyhow::Result<()> {
    let mut counted = arrivals.count.subscribe();
    let all = tokio::time::timeout(DEADLINE, counted.wait_for(|seen| *seen >= count)).await;
    all.context("deliveries are missing")??;
    Ok(())
}

/// Phones that say nothing by themselves.
async fn senders(network: &Network) -> anyhow::Result<Vec<String>> {
    let mut senders = Vec::new();
    for number in 0..SESSIONS {
        let body = json!({ "name": format!("Bench sender {number}"), "script": "silent" });
        let url = format!("{}/admin/accounts", network.url);
        let account = network
            .http
            .post(url)
            .json(&body)
            .send()
            .await?
            .error_for_status()?;
        let account: Value = account.json().await?;
        let pn = account["pn"].as_str().context("the sandbox names no pn")?;
        senders.push(pn.split('@').next().unwrap_or(pn).to_owned());
    }
    Ok(senders)
}

async fn receiver(arrivals: Arc<Arrivals>) -> anyhow::Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let router = Router::new().route("/", post(receive)).with_state(arrivals);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

async fn receive(State(arrivals): State<Arc<Arrivals>>, Json(event): Json<Value>) {
    let lag = SystemClock.now().as_millis() - event["timestamp"].as_i64().unwrap_or_default();
    arrivals
        .lags
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(lag);
    arrivals.count.send_modify(|count| *count += 1);
}

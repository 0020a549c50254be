//! Sends a number of messages with so many in flight and times each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::task::JoinSet;

/// Something that sends a text to the bench's recipient and returns once WhatsApp has acknowledged it.
#[async_trait]
pub(crate) trait Send: Clone + std::marker::Send + Sync + 'static {
    async fn send(&self, text: String) -> anyhow::Result<()>;
}

/// Messages that go before a measurement.
pub(crate) const WARM_UP: usize = 200;

pub(crate) struct Result {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

pub(crate) async fn run(sender: &impl Send, messages: usize, in_flight: usize) -> anyhow::Result<Result> {
    for i in 0..messages.min(WARM_UP) {
        sender.send(format!("warm-up {i}")).await?;
    }
    let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let started = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..in_flight {
        let (sender, next) = (sender.clone(), Arc::clone(&next));
        workers.spawn(async move {
            let mut times = Vec::new();
            loop {
                let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                if i >= messages {
                    return anyhow::Ok(times);
                }
                let begun = Instant::now();
                sender
                    .send(format!(
                        "message number {i} of a measurement, with some text in it"
                    ))
                    .await?;
                times.push(begun.elapsed());
            }
        });
    }
    let mut times = Vec::with_capacity(messages);
    while let Some(worker) = workers.join_next().await {
        times.extend(worker??);
    }
    let took = started.elapsed();
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let per_second = messages as f64 / took.as_secs_f64();
    Ok(Result {
        per_second,
        p50: times[times.len() / 2],
        p99: times[times.len() * 99 / 100],
    })
}

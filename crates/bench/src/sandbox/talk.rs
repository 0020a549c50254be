//! One device that writes to another and confirms what it gets.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::time::{Interval, interval_at};
use tokio_util::sync::CancellationToken;
use wacore_binary::{Jid, Node, NodeRef, builder::NodeBuilder};

use crate::children::Network;
use crate::sandbox::device::Device;
use crate::sandbox::line::Line;

/// A text of some words is about this long once it is encrypted.
const CIPHERTEXT: usize = 160;

/// What all devices have done together.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) sent: AtomicU64,
    pub(super) confirmed: AtomicU64,
}

/// When a device writes.
pub(super) struct Plan {
    pub(super) turn: Turn,
    pub(super) until: Instant,
    pub(super) counters: Arc<Counters>,
    /// Ends listening, once nothing is on its way any more.
    pub(super) stop: CancellationToken,
}

#[derive(Clone, Copy)]
pub(super) enum Turn {
    Timed {
        first: Duration,
        every: Duration,
    },
    /// So many at once, and another one whenever one of them is confirmed.
    InFlight(usize),
}

pub(super) struct Talker {
    line: Line,
    to: Jid,
    ciphertext: Vec<u8>,
    next_id: u64,
    /// Sent and not yet confirmed by the other device.
    on_the_way: HashMap<String, Instant>,
    times: Vec<Duration>,
}

impl Talker {
    /// Logs a device in and takes what waited for it.
    pub(super) async fn connect(network: &Network, device: &Device, to: Jid) -> anyhow::Result<Self> {
        let mut line = device.log_in(network).await?;
        let active = NodeBuilder::new("iq")
            .attr("id", "active")
            .attr("to", "s.whatsapp.net")
            .attr("type", "set")
            .attr("xmlns", "passive")
            .children([NodeBuilder::new("active").build()])
            .build();
        line.queue(&active)?;
        line.flush().await?;
        loop {
            let stanza = line.next().await?;
            let node = stanza.get();
            if node.tag == *"ib" && node.get_optional_child("offline").is_some() {
                break;
            }
            if let Some(answer) = confirmation(node) {
                line.queue(&answer)?;
            }
        }
        line.flush().await?;
        Ok(Self {
            line,
            to,
            ciphertext: std::iter::repeat_with(rand::random).take(CIPHERTEXT).collect(),
            next_id: rand::random(),
            on_the_way: HashMap::new(),
            times: Vec::new(),
        })
    }

    /// Writes as planned and answers how long each message took until it was confirmed.
    pub(super) async fn talk(mut self, plan: Plan) -> anyhow::Result<(Self, Vec<Duration>)> {
        let mut ticks = match plan.turn {
            Turn::Timed { first, every } => Some(interval_at((Instant::now() + first).into(), every)),
            Turn::InFlight(count) => {
                for _ in 0..count {
                    self.write(&plan)?;
                }
                self.line.flush().await?;
                None
            }
        };
        loop {
            tokio::select! {
                () = plan.stop.cancelled() => break,
                () = tick(&mut ticks), if Instant::now() < plan.until => self.write(&plan)?,
                stanza = self.line.next() => {
                    let mut stanza = Some(stanza?);
                    while let Some(heard) = stanza {
                        self.hear(heard.get(), &plan)?;
                        stanza = self.line.arrived()?;
                    }
                }
            }
            self.line.flush().await?;
        }
        let times = std::mem::take(&mut self.times);
        Ok((self, times))
    }

    fn write(&mut self, plan: &Plan) -> anyhow::Result<()> {
        let id = format!("{:016X}", self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        let ciphertext = NodeBuilder::new("enc")
            .attr("v", "2")
            .attr("type", "msg")
            .bytes(self.ciphertext.clone())
            .build();
        let copy = NodeBuilder::new("to")
            .attr("jid", &self.to)
            .children([ciphertext])
            .build();
        let message = NodeBuilder::new("message")
            .attr("to", self.to.to_non_ad())
            .attr("id", id.as_str())
            .attr("type", "text")
            .children([NodeBuilder::new("participants").children([copy]).build()])
            .build();
        self.line.queue(&message)?;
        self.on_the_way.insert(id, Instant::now());
        plan.counters.sent.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn hear(&mut self, node: &NodeRef<'_>, plan: &Plan) -> anyhow::Result<()> {
        if let Some(answer) = confirmation(node) {
            self.line.queue(&answer)?;
        }
        if node.tag == *"ack" {
            anyhow::ensure!(node.get_attr("error").is_none(), "refused: {node:?}");
        }
        let confirmed = node.get_attr("id").filter(|_| node.tag == *"receipt");
        if let Some(sent) = confirmed.and_then(|id| self.on_the_way.remove(&*id.as_str())) {
            self.times.push(sent.elapsed());
            plan.counters.confirmed.fetch_add(1, Ordering::Relaxed);
            if matches!(plan.turn, Turn::InFlight(_)) && Instant::now() < plan.until {
                self.write(plan)?;
            }
        }
        Ok(())
    }
}

async fn tick(ticks: &mut Option<Interval>) {
    match ticks {
        Some(ticks) => {
            ticks.tick().await;
        }
        None => std::future::pending().await,
    }
}

/// What a client answers: a receipt for a message, an acknowledgement for everything else that wants one.
fn confirmation(node: &NodeRef<'_>) -> Option<Node> {
    let answer = match &*node.tag {
        "message" => NodeBuilder::new("receipt"),
        class @ ("receipt" | "notification") => NodeBuilder::new("ack").attr("class", class),
        _ => return None,
    };
    let answer = answer
        .attr("id", node.get_attr("id")?.to_node_value())
        .attr("to", node.get_attr("from")?.to_node_value());
    Some(answer.build())
}

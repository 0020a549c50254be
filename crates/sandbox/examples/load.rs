#![allow(warnings)]
#[path = "../tests/network/support/mod.rs"]
mod support;
use std::time::Instant;
use support::*;
use wacore_binary::{Jid, builder::NodeBuilder};
#[tokio::main]
async fn main() {
    let clients: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(4);
    let per: usize = std::env::args()
        .nth(2)
        .and_then(|a| a.parse().ok())
        .unwrap_or(10000);
    let to = std::env::args().nth(3).unwrap_or("15550000100".into());
    let (sandbox, admin) = network().await;
    let mut jobs = vec![];
    for c in 0..clients {
        let pn = format!("1555100{c:04}");
        admin.post("/accounts", serde_json::json!({"pn": pn})).await;
        let target = if to == "each" {
            let t = format!("1555200{c:04}");
            admin.post("/accounts", serde_json::json!({"pn": t})).await;
            t
        } else {
            to.clone()
        };
        let (mut d, mut cl) = ready(&admin, &pn).await;
        let chat = Jid::pn(target.as_str());
        let mut nodes = vec![];
        for i in 0..per {
            let enc = d.encrypt(&mut cl, &chat, "hello there, this is a message").await;
            let p = NodeBuilder::new("to").attr("jid", &chat).children([enc]).build();
            nodes.push(
                NodeBuilder::new("message")
                    .attr("to", &chat)
                    .attr("id", format!("M{c}-{i}"))
                    .attr("type", "text")
                    .children([NodeBuilder::new("participants").children([p]).build()])
                    .build(),
            );
        }
        jobs.push((cl, nodes));
    }
    println!("ready");
    let t0 = Instant::now();
    let mut hs = vec![];
    for (mut cl, nodes) in jobs {
        hs.push(tokio::spawn(async move {
            let total = nodes.len();
            let (mut acks, mut rec) = (0, 0);
            let mut it = nodes.into_iter();
            let mut inflight = 0;
            loop {
                while inflight < 256 {
                    match it.next() {
                        Some(n) => {
                            cl.send(n).await;
                            inflight += 1;
                        }
                        None => break,
                    }
                }
                if acks == total && rec >= total {
                    break;
                }
                let n = cl.next().await.expect("open");
                if n.tag == "ack" {
                    acks += 1;
                    inflight -= 1;
                }
                if n.tag == "receipt" {
                    rec += 1;
                    cl.send(
                        NodeBuilder::new("ack")
                            .attr("class", "receipt")
                            .attr("id", attr(&n, "id"))
                            .attr("to", attr(&n, "from"))
                            .build(),
                    )
                    .await;
                }
            }
            cl
        }));
    }
    for h in hs {
        h.await.unwrap();
    }
    let dt = t0.elapsed();
    println!(
        "{} messages in {:?}: {:.0}/s",
        clients * per,
        dt,
        (clients * per) as f64 / dt.as_secs_f64()
    );
    println!("{}", admin.get("/stats").await);
}

//! A gateway that is killed while it sends: whoever repeats a request with its key sends one message.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::Method;
use serde_json::Value;
use tokio::sync::watch;
use wagon_test_kit::{Baileys, DEADLINE, Gateway, GatewayBuilder, V1, wait_until};

use crate::support::{Scene, on_postgres, string, text};

const SENDS: usize = 200;
const AT_ONCE: usize = 8;
const KILLS: usize = 3;

#[tokio::test]
async fn repeated_sends_arrive_once_on_sqlite() {
    repeated_sends_arrive_once(Gateway::builder(), 0x5e4d).await;
}

#[tokio::test]
async fn repeated_sends_arrive_once_on_postgres() {
    on_postgres(async |builder| repeated_sends_arrive_once(builder, 0x9065).await).await;
}

async fn repeated_sends_arrive_once(builder: GatewayBuilder, seed: u64) {
    let unlimited = builder
        .env("DEFAULT_RATE_PER_MIN", "0")
        .env("DEFAULT_RATE_PER_HOUR", "0");
    let mut scene = Scene::start(unlimited).await;
    let ada = scene.sandbox.admin().account("Ada").await;
    let peer = Baileys::pair(scene.sandbox.admin(), "Ada", &ada.pn).await;

    let path = scene.path("/messages");
    let (reachable, current) = watch::channel(scene.gateway.v1());
    let (progress, answered) = watch::channel(0);
    let send_all = async {
        stream::iter(1..=SENDS)
            .map(async |number| {
                let answer = send_until_accepted(&current, &path, &ada.jid(), number).await;
                progress.send_modify(|count| *count += 1);
                (number, answer)
            })
            .buffer_unordered(AT_ONCE)
            .collect::<BTreeMap<usize, Value>>()
            .await
    };
    let (answers, ()) = tokio::join!(
        send_all,
        kill_again_and_again(&mut scene.gateway, &reachable, answered, seed)
    );

    for (number, answer) in &answers {
        let id = string(answer, "waMessageId");
        let here = |message: &Value| message["text"] == content(*number) && message["id"] == id;
        peer.wait_message(here, DEADLINE).await;
    }
    // Everything that was still open is sent by now, and asking again changes nothing.
    let v1 = scene.gateway.v1();
    for (number, answer) in &answers {
        let replay = wait_until(DEADLINE, "the acknowledgement", async || {
            let replay = attempt(&v1, &path, &ada.jid(), *number).await;
            match replay {
                Ok(replay) if replay["status"] == "sent" => Ok(replay),
                other => Err(other),
            }
        })
        .await;
        assert_eq!(replay["replayed"], true);
        for id in ["messageId", "waMessageId", "outboxId"] {
            assert_eq!(replay[id], answer[id], "{id}");
        }
    }

    let marker = v1.post(&path, text(&ada.jid(), "the end")).await.expect(200);
    peer.wait_message(|message| message["id"] == marker["waMessageId"], DEADLINE)
        .await;
    let mut arrived: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let parcels = |message: &Value| message["fromMe"] == false && message["text"] != "the end";
    for message in peer.messages(parcels) {
        let ids = arrived.entry(string(&message, "text")).or_default();
        ids.insert(string(&message, "id"));
    }
    let told: BTreeMap<String, BTreeSet<String>> = answers
        .iter()
        .map(|(number, answer)| (content(*number), BTreeSet::from([string(answer, "waMessageId")])))
        .collect();
    assert_eq!(arrived, told, "what arrived, and what the API says was sent");
    assert_eq!(arrived.len(), SENDS);
}

fn content(number: usize) -> String {
    format!("parcel {number}")
}

/// Kills and restarts the gateway whenever it has answered some more sends.
async fn kill_again_and_again(
    gateway: &mut Gateway,
    reachable: &watch::Sender<V1>,
    mut answered: watch::Receiver<usize>,
    seed: u64,
) {
    let mut rng = StdRng::seed_from_u64(seed);
    for kills_left in (1..=KILLS).rev() {
        let count = *answered.borrow_and_update();
        let target = count + rng.random_range(1..=((SENDS - count) / (kills_left + 1)).max(1));
        answered
            .wait_for(|count| *count >= target.min(SENDS))
            .await
            .expect("the sends go on");
        assert!(*answered.borrow() < SENDS, "nothing was left to interrupt");
        gateway.kill_9().await;
        gateway.start_again().await;
        reachable.send_replace(gateway.v1());
    }
}

/// Repeats the request until the gateway has taken it, as a careful client does.
async fn send_until_accepted(current: &watch::Receiver<V1>, path: &str, to: &str, number: usize) -> Value {
    wait_until(DEADLINE * 2, "a send to be accepted", async || {
        let v1 = current.borrow().clone();
        attempt(&v1, path, to, number).await
    })
    .await
}

async fn attempt(v1: &V1, path: &str, to: &str, number: usize) -> Result<Value, String> {
    let request = v1
        .request(Method::POST, path)
        .header("idempotency-key", format!("order-{number}"))
        .json(&text(to, &content(number)));
    match v1.try_send(request).await {
        Ok(answer) if answer.status.is_success() => Ok(answer.body),
        Ok(answer) => Err(format!("{} {}", answer.status, answer.body)),
        Err(error) => Err(error.to_string()),
    }
}

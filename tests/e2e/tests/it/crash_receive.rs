//! A gateway that is killed while messages pour in: nothing lost, nothing doubled, in order.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use wagon_test_kit::{Baileys, DEADLINE, Gateway, GatewayBuilder};

use crate::support::{BEGINNING, Scene, is_message, log_until, messages, on_postgres, string};

const MESSAGES: usize = 200;
const KILLS: usize = 5;
/// A page size that does not divide the number of messages.
const PAGE: usize = 37;
const LAST: &str = "that was all";

#[tokio::test]
async fn a_burst_survives_kills_on_sqlite() {
    a_burst_survives_kills(Gateway::builder(), 0x5717e).await;
}

#[tokio::test]
async fn a_burst_survives_kills_on_postgres() {
    on_postgres(async |builder| a_burst_survives_kills(builder, 0x9057).await).await;
}

async fn a_burst_survives_kills(builder: GatewayBuilder, seed: u64) {
    let mut scene = Scene::start(builder).await;
    let ada = scene.sandbox.admin().account("Ada").await;
    let peer = Baileys::pair(scene.sandbox.admin(), "Ada", &ada.pn).await;
    let me = scene.gateway.v1().get(&scene.path("/me")).await.expect(200);

    let burst = json!({ "cmd": "burst", "to": scene.shop.jid(), "count": MESSAGES, "prefix": "message " });
    let (reply, interrupted) = tokio::join!(
        peer.command(burst),
        kill_again_and_again(&mut scene.gateway, seed)
    );
    assert!(
        interrupted > KILLS / 2,
        "only {interrupted} kills came before the end of the burst"
    );
    let mut ids = strings(&reply["ids"]);
    ids.push(peer.send(&scene.shop.jid(), LAST).await);
    let texts: Vec<String> = (1..=MESSAGES)
        .map(|number| format!("message {number}"))
        .chain([LAST.to_owned()])
        .collect();

    let v1 = scene.gateway.v1();
    let log = log_until(&v1, is_message(LAST)).await;
    let payload = |field: &str| -> Vec<String> {
        messages(&log)
            .map(|event| string(&event["payload"], field))
            .collect()
    };
    assert_eq!(payload("body"), texts, "evented");
    assert_eq!(payload("waMessageId"), ids, "evented");
    assert_strictly_increasing(&log);

    let stored = chat(&scene, &ada.jid()).await;
    let field =
        |field: &str| -> Vec<String> { stored.iter().map(|message| string(message, field)).collect() };
    assert_eq!(field("body"), texts, "stored");
    assert_eq!(field("waMessageId"), ids, "stored");

    let linked = log
        .iter()
        .position(|event| event["event"] == "auth.code")
        .expect("the session was linked");
    assert!(
        log[linked + 1..]
            .iter()
            .all(|event| event["event"] != "auth.qr" && event["event"] != "auth.code"),
        "paired again"
    );
    v1.wait_session(&scene.session, "working").await;
    assert_eq!(v1.get(&scene.path("/me")).await.expect(200), me);
    let devices = scene.sandbox.admin().inspect(&scene.shop.pn).await["devices"].clone();
    assert_eq!(devices.as_array().map(Vec::len), Some(1), "{devices}");
}

/// Kills and restarts the gateway whenever it has told of some more messages. Answers how often messages were
/// outstanding at that moment.
async fn kill_again_and_again(gateway: &mut Gateway, seed: u64) -> usize {
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut told, mut since, mut interrupted) = (0, BEGINNING.to_owned(), 0);
    for kills_left in (1..=KILLS).rev() {
        let most = (MESSAGES - told) / (kills_left + 1);
        let some_more = rng.random_range(1..=most.max(2)).min(MESSAGES - told);
        let stream = gateway
            .v1()
            .events(&format!("events=message&since={since}"))
            .await;
        let count = std::cell::Cell::new(0);
        let reached = |frame: &Value| {
            count.set(count.get() + usize::from(frame["event"] == "message"));
            count.get() >= some_more
        };
        stream.wait_event(reached, DEADLINE * 2).await;
        gateway.kill_9().await;
        let seen: Vec<String> = messages(&stream.seen().all())
            .map(|event| string(event, "id"))
            .collect();
        told += seen.len();
        interrupted += usize::from(told < MESSAGES);
        since = seen.last().cloned().unwrap_or(since);
        gateway.start_again().await;
    }
    interrupted
}

/// All messages of a chat, oldest first, read page by page.
async fn chat(scene: &Scene, jid: &str) -> Vec<Value> {
    let v1 = scene.gateway.v1();
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = scene.path(&format!("/chats/{jid}/messages?limit={PAGE}&cursor={cursor}"));
        let page = v1.get(&path).await.expect(200);
        all.extend(page["data"].as_array().cloned().unwrap_or_default());
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    all.reverse();
    all
}

fn assert_strictly_increasing(log: &[Value]) {
    let ids: Vec<String> = log.iter().map(|event| string(event, "id")).collect();
    assert!(
        ids.is_sorted_by(|one, next| one < next),
        "event ids repeat or go back"
    );
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

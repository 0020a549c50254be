//! A gateway that is killed while messages pour in: nothing lost, nothing doubled, in order.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use wagon_crash_point::Step;
use wagon_test_kit::{Admin, Baileys, DEADLINE, Gateway, GatewayBuilder, cast, wait_until};

use crate::support::{BEGINNING, Scene, is_message, log_until, messages, on_postgres, string, text};

const FROM_ADA: usize = 200;
const FROM_BOB: usize = 50;
const MESSAGES: usize = FROM_ADA + FROM_BOB;
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

#[tokio::test]
async fn what_its_own_key_overtakes_is_not_lost_on_sqlite() {
    what_its_own_key_overtakes_is_not_lost(Gateway::builder()).await;
}

#[tokio::test]
async fn what_its_own_key_overtakes_is_not_lost_on_postgres() {
    on_postgres(async |builder| what_its_own_key_overtakes_is_not_lost(builder).await).await;
}

/// A send makes the library store all keys, also that of a message which is not stored yet. Killed
/// right there, the gateway cannot read the message when WhatsApp delivers it again.
async fn what_its_own_key_overtakes_is_not_lost(builder: GatewayBuilder) {
    let mut scene = Scene::start(builder).await;
    scene.gateway.kill_9().await;
    // The first message shows that the connection has left its offline queue behind.
    scene.gateway.start_to_crash(Step::ReceiveOvertaken, 2).await;
    let (v1, admin, shop) = (scene.gateway.v1(), scene.sandbox.admin(), scene.shop.jid());
    v1.wait_session(&scene.session, "working").await;
    let first = admin.send(cast::ECHO, &shop, "first").await;
    log_until(&v1, is_message("first")).await;

    let overtaken = admin.send(cast::ECHO, &shop, "overtaken").await;
    let path = scene.path("/messages?async=true");
    let to = format!("{}@s.whatsapp.net", cast::READER);
    let send_on = wait_until(DEADLINE, "the gateway to be gone", async || {
        let request = v1
            .request(reqwest::Method::POST, &path)
            .json(&text(&to, "parcel"));
        match v1.try_send(request).await {
            Ok(answer) => Err(answer.status),
            Err(_) => Ok(()),
        }
    });
    tokio::join!(send_on, scene.gateway.crashed());

    scene.gateway.start_again().await;
    let v1 = scene.gateway.v1();
    log_until(&v1, is_message("overtaken")).await;
    let last = admin.send(cast::ECHO, &shop, LAST).await;
    let log = log_until(&v1, is_message(LAST)).await;
    let told: Vec<Value> = messages(&log).map(|event| event["payload"].clone()).collect();
    assert_eq!(field(&told, "body"), ["first", "overtaken", LAST]);
    assert_eq!(field(&told, "waMessageId"), [first, overtaken, last]);
    // WhatsApp has nothing left to deliver again.
    let settled = async || {
        let account = admin.inspect(&scene.shop.pn).await;
        if account["devices"][0]["pending"] == 0 {
            Ok(())
        } else {
            Err(account)
        }
    };
    wait_until(DEADLINE, "an empty mailbox", settled).await;
}

async fn a_burst_survives_kills(builder: GatewayBuilder, seed: u64) {
    let mut scene = Scene::start(builder).await;
    let admin = scene.sandbox.admin();
    let ada = admin.account("Ada").await;
    let bob = admin.account("Bob").await;
    let peer = Baileys::pair(admin, "Ada", &ada.pn).await;
    let me = scene.gateway.v1().get(&scene.path("/me")).await.expect(200);

    let to = scene.shop.jid();
    let burst = json!({ "cmd": "burst", "to": to, "count": FROM_ADA, "prefix": "message " });
    let (reply, from_bob, interrupted) = tokio::join!(
        peer.command(burst),
        numbered_texts(admin, &bob.pn, &to),
        kill_again_and_again(&mut scene.gateway, seed)
    );
    assert!(
        interrupted > KILLS / 2,
        "only {interrupted} kills came before the end of the burst"
    );
    let mut from_ada = strings(&reply["ids"]);
    from_ada.push(peer.send(&to, LAST).await);
    let texts: Vec<String> = numbers(FROM_ADA).chain([LAST.to_owned()]).collect();

    let log = log_until(&scene.gateway.v1(), is_message(LAST)).await;
    assert_strictly_increasing(&log);
    assert_eq!(messages(&log).count(), MESSAGES + 1);
    for (account, texts, ids) in [
        (&ada, texts, from_ada),
        (&bob, numbers(FROM_BOB).collect(), from_bob),
    ] {
        let name = account.jid();
        let of_chat = messages(&log).map(|event| &event["payload"]);
        let evented: Vec<Value> = of_chat
            .filter(|message| message["chatJid"] == *name)
            .cloned()
            .collect();
        assert_eq!(field(&evented, "body"), texts, "evented for {name}");
        assert_eq!(field(&evented, "waMessageId"), ids, "evented for {name}");
        let stored = chat(&scene, &name).await;
        assert_eq!(field(&stored, "body"), texts, "stored for {name}");
        assert_eq!(field(&stored, "waMessageId"), ids, "stored for {name}");
    }
    assert_still_the_same_device(&scene, &log, &me).await;
}

/// Sends from a phone of the network and answers the ids.
async fn numbered_texts(admin: &Admin, from: &str, to: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for text in numbers(FROM_BOB) {
        ids.push(admin.send(from, to, &text).await);
    }
    ids
}

/// Neither the log nor the phone knows of another link than the first one.
async fn assert_still_the_same_device(scene: &Scene, log: &[Value], me: &Value) {
    let linked = log.iter().position(|event| event["event"] == "auth.code");
    let later = &log[linked.expect("the session was linked") + 1..];
    let pairing = |event: &&Value| event["event"] == "auth.qr" || event["event"] == "auth.code";
    assert_eq!(later.iter().find(pairing), None, "paired again");

    let v1 = scene.gateway.v1();
    v1.wait_session(&scene.session, "working").await;
    assert_eq!(v1.get(&scene.path("/me")).await.expect(200), *me);
    let account = scene.sandbox.admin().inspect(&scene.shop.pn).await;
    assert_eq!(account["devices"].as_array().map(Vec::len), Some(1), "{account}");
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
        let ids: Vec<String> = messages(&stream.seen().all())
            .map(|event| string(event, "id"))
            .collect();
        told += ids.len();
        interrupted += usize::from(told < MESSAGES);
        since = ids.last().cloned().unwrap_or(since);
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

fn numbers(count: usize) -> impl Iterator<Item = String> {
    (1..=count).map(|number| format!("message {number}"))
}

fn field(messages: &[Value], name: &str) -> Vec<String> {
    messages.iter().map(|message| string(message, name)).collect()
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

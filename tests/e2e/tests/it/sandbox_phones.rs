//! The sandbox's scripted phones and faults, seen by a Baileys client.

use serde_json::{Value, json};
use wagon_test_kit::{Account, Baileys, DEADLINE, Sandbox, cast};

async fn linked(sandbox: &Sandbox) -> (Account, Baileys) {
    let account = sandbox.admin().account("Ada").await;
    let peer = Baileys::pair(sandbox.admin(), "Ada", &account.pn).await;
    (account, peer)
}

fn jid(pn: &str) -> String {
    format!("{pn}@s.whatsapp.net")
}

fn incoming(text: &str) -> impl Fn(&Value) -> bool {
    move |message| message["fromMe"] == false && message["text"] == text
}

#[tokio::test]
async fn the_cast_echoes_and_reads() {
    let sandbox = Sandbox::start().await;
    let (_, peer) = linked(&sandbox).await;

    peer.send(&jid(cast::ECHO), "Is anybody there?").await;
    let echo = peer
        .wait_message(incoming("echo: Is anybody there?"), DEADLINE)
        .await;
    assert_eq!(echo["pushName"], "Echo");

    let id = peer.send(&jid(cast::READER), "Please read").await;
    peer.wait_status(&id, "read", DEADLINE).await;
    let entry = sandbox
        .admin()
        .wait_inbox(cast::READER, |entry| entry["id"] == id, DEADLINE)
        .await;
    assert_eq!(entry["text"], "Please read");
    assert_eq!(entry["kind"], "message");
}

#[tokio::test]
async fn a_phone_quotes_and_mentions() {
    let sandbox = Sandbox::start().await;
    let (ada, peer) = linked(&sandbox).await;
    let question = peer.send(&jid(cast::SHOP), "Do you deliver?").await;
    sandbox
        .admin()
        .wait_inbox(cast::SHOP, |entry| entry["id"] == question, DEADLINE)
        .await;

    let quote = json!({ "id": question, "sender": ada.jid(), "text": "Do you deliver?" });
    let answer = json!({ "to": ada.jid(), "text": "We do", "quote": quote, "mentions": [ada.jid()] });
    let id = sandbox.admin().send_with(cast::SHOP, answer).await;
    let received = peer.wait_message(incoming("We do"), DEADLINE).await;
    assert_eq!(received["id"], id);
    assert_eq!(received["quoted"]["id"], question);
    assert_eq!(received["mentions"], json!([ada.jid()]));

    peer.command(json!({ "cmd": "read", "keys": [id] })).await;
    let read = |entry: &Value| entry["kind"] == "receipt" && entry["type"] == "read" && entry["id"] == id;
    sandbox.admin().wait_inbox(cast::SHOP, read, DEADLINE).await;
}

#[tokio::test]
async fn a_dropped_connection_loses_nothing() {
    let sandbox = Sandbox::start().await;
    let (ada, peer) = linked(&sandbox).await;
    sandbox
        .admin()
        .fault(json!({ "scope": { "account": ada.pn }, "action": { "kind": "close" } }))
        .await;
    for number in 1..=5 {
        sandbox
            .admin()
            .send(cast::SHOP, &ada.jid(), &format!("offer {number}"))
            .await;
    }
    peer.wait_message(incoming("offer 5"), DEADLINE).await;
    for number in 1..=5 {
        assert_eq!(peer.messages(incoming(&format!("offer {number}"))).len(), 1);
    }
}

#[tokio::test]
async fn a_refused_message_is_reported_to_its_sender() {
    let sandbox = Sandbox::start().await;
    let (ada, peer) = linked(&sandbox).await;
    let refuse =
        json!({ "scope": { "account": ada.pn }, "action": { "kind": "ack_error", "code": 479 }, "count": 1 });
    sandbox.admin().fault(refuse).await;

    let refused = peer.send(&jid(cast::SHOP), "not today").await;
    peer.wait(
        "status",
        |line| line["id"] == refused && line["status"] == "error",
        DEADLINE,
    )
    .await;
    let accepted = peer.send(&jid(cast::SHOP), "tomorrow").await;
    sandbox
        .admin()
        .wait_inbox(cast::SHOP, |entry| entry["id"] == accepted, DEADLINE)
        .await;
    let inbox = sandbox.admin().inbox(cast::SHOP).await;
    assert!(inbox.iter().all(|entry| entry["id"] != refused), "{inbox:#?}");
}

#[tokio::test]
async fn an_unlinked_device_does_not_come_back() {
    let sandbox = Sandbox::start().await;
    let (ada, peer) = linked(&sandbox).await;
    let open = peer.wait("open", |_| true, DEADLINE).await;
    sandbox
        .admin()
        .unlink(&ada.pn, open["device"].as_u64().unwrap())
        .await;
    let closed = peer.wait("close", |_| true, DEADLINE).await;
    assert_eq!(closed["final"], true);
    assert_eq!(closed["code"], 401);
}

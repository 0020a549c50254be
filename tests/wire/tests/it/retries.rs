//! Messages that cannot be opened are asked for again, encrypted anew, and shown once.

use serde_json::Value;
use wacore::types::events::Event;
use wagon_test_kit::{DEADLINE, wait_until};
use wagon_wire::{Client, Network, attr};

/// Forgets the sessions with every device of the other account, as after a restored backup.
async fn forget(client: &Client, other: &Client) {
    let devices = [other.jid(), other.address()];
    let deleted = client.library().signal().delete_sessions(&devices).await;
    deleted.expect("a store in memory does not fail");
}

/// The retry receipts that a client got for a message: their counts, and whether keys came along.
fn retries(client: &Client, id: &str) -> Vec<(String, bool)> {
    client
        .stanzas(0, "receipt")
        .iter()
        .filter(|receipt| attr(receipt, "type") == "retry" && attr(receipt, "id") == id)
        .filter_map(|receipt| {
            let count = attr(receipt.get_optional_child("retry")?, "count");
            Some((count, receipt.get_optional_child("keys").is_some()))
        })
        .collect()
}

#[tokio::test]
async fn a_lost_session_is_made_anew_between_two_clients() {
    let network = Network::start().await;
    let (ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    ann.send(&bo.jid(), "hello").await;
    bo.wait_text("hello").await;
    bo.send(&ann.jid(), "hello yourself").await;
    ann.wait_text("hello yourself").await;

    forget(&bo, &ann).await;
    let id = ann.send(&bo.jid(), "can you read this?").await;
    let received = bo.wait_text("can you read this?").await;
    assert_eq!(received.info.id, id);
    // The first repetition used the session that Bo has lost; the second one was made with keys that Bo sent along.
    let both = [("1".to_owned(), false), ("2".to_owned(), true)];
    wait_until(DEADLINE, "both repetitions to be asked for", async || {
        let asked = retries(&ann, &id);
        if asked == both { Ok(()) } else { Err(asked) }
    })
    .await;
    bo.wait("the failure", |event| match event {
        Event::UndecryptableMessage(failed) if failed.info.id == id => Some(()),
        _ => None,
    })
    .await;

    // The session made for it serves both directions.
    bo.send(&ann.jid(), "yes").await;
    ann.wait_text("yes").await;
    let id = ann.send(&bo.jid(), "good").await;
    bo.wait_text("good").await;
    assert_eq!(retries(&ann, &id), []);
    let shown = bo.texts();
    let readable = shown.iter().filter(|text| *text == "can you read this?").count();
    assert_eq!(readable, 1, "{shown:?}");
}

#[tokio::test]
async fn a_phone_encrypts_again_for_a_device_that_asks() {
    let network = Network::start().await;
    let bo = network.client("Bo").await;
    let ann = network.phone("Ann").await;
    network.admin().send(&ann.pn, &bo.account().jid(), "hello").await;
    bo.wait_text("hello").await;

    // An answer, so that the phone stops opening a session with each message.
    let phone = wacore_binary::Jid::pn(ann.pn.as_str());
    let answer = bo.send(&phone, "hello yourself").await;
    let here = |entry: &Value| entry["id"] == answer;
    network.admin().wait_inbox(&ann.pn, here, DEADLINE).await;

    bo.library().signal().delete_sessions(&[phone]).await.unwrap();
    let id = network.admin().send(&ann.pn, &bo.account().jid(), "again").await;
    assert_eq!(bo.wait_text("again").await.info.id, id);
    let asked = |entry: &Value| entry["type"] == "retry" && entry["id"] == id;
    network.admin().wait_inbox(&ann.pn, asked, DEADLINE).await;
    wait_until(DEADLINE, "the message as it was and as it is again", async || {
        let copies = bo.stanzas(0, "message");
        let copies = copies.iter().filter(|node| attr(node, "id") == id).count();
        if copies == 2 { Ok(()) } else { Err(copies) }
    })
    .await;
    assert_eq!(bo.texts(), ["hello", "again"]);
}

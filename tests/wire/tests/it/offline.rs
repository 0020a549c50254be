//! What waits while a device is away, and what comes again because nobody confirmed it.

use serde_json::json;
use wacore::types::events::Event;
use wacore_binary::Node;
use wagon_test_kit::{DEADLINE, wait_until};
use wagon_wire::{Client, Commits, Linking, Network, attr};

/// Id and `offline` attribute of the messages of others among the stanzas.
fn messages(nodes: &[Node]) -> Vec<(String, String)> {
    nodes
        .iter()
        .filter(|node| attr(node, "category") != "peer")
        .map(|node| (attr(node, "id"), attr(node, "offline")))
        .collect()
}

fn ids(nodes: &[Node]) -> Vec<String> {
    messages(nodes).into_iter().map(|(id, _)| id).collect()
}

/// Waits until the network has nothing for the device any more.
async fn all_confirmed(network: &Network, client: &Client) {
    wait_until(DEADLINE, "everything to be confirmed", async || {
        let device = network.device(client).await;
        if device["pending"] == 0 {
            Ok(())
        } else {
            Err(device)
        }
    })
    .await;
}

async fn come_back_and_drain(client: &mut Client) -> usize {
    let mark = client.mark();
    client.come_back().await;
    client
        .wait_from(mark, "the end of the backlog", |event| match event {
            Event::OfflineSyncCompleted(_) => Some(()),
            _ => None,
        })
        .await;
    mark
}

#[tokio::test]
async fn what_was_sent_meanwhile_comes_in_order_and_once() {
    const COUNT: usize = 150;
    let network = Network::start().await;
    let (ann, mut bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    ann.send(&bo.jid(), "before").await;
    bo.wait_text("before").await;
    all_confirmed(&network, &bo).await;
    network.go_offline(&mut bo).await;

    let texts: Vec<String> = (0..COUNT).map(|number| format!("missed {number}")).collect();
    let mut sent = Vec::new();
    for text in &texts {
        sent.push(ann.send(&bo.jid(), text).await);
    }
    let all = |entry: &serde_json::Value| entry["id"] == sent[COUNT - 1];
    network.admin().wait_inbox(&bo.account().pn, all, DEADLINE).await;

    let mark = come_back_and_drain(&mut bo).await;
    bo.wait_text(&texts[COUNT - 1]).await;
    assert_eq!(bo.texts()[1..], texts);
    let delivered = bo.stanzas(mark, "message");
    assert_eq!(ids(&delivered), sent);
    assert!(
        messages(&delivered)
            .iter()
            .all(|(_, offline)| !offline.is_empty()),
        "they are marked as having waited"
    );
    let announced = bo
        .wait_from(mark, "the preview", |event| match event {
            Event::OfflineSyncPreview(preview) => Some((preview.total, preview.messages)),
            _ => None,
        })
        .await;
    assert!(announced.0 >= 150 && announced.1 == 150, "{announced:?}");
    let last = bo.wait_text(&texts[COUNT - 1]).await;
    assert!(last.info.is_offline);

    // Nothing of it comes a second time.
    all_confirmed(&network, &bo).await;
    network.go_offline(&mut bo).await;
    let mark = come_back_and_drain(&mut bo).await;
    assert_eq!(ids(&bo.stanzas(mark, "message")), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_whose_receipt_got_lost_comes_again_and_is_recognised() {
    let network = Network::start().await;
    let (ann, mut bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    all_confirmed(&network, &bo).await;
    let lost = json!({
        "scope": { "account": bo.account().pn }, "match": { "tag": "receipt" }, "action": { "kind": "swallow" },
    });
    let fault = network.admin().fault(lost).await;
    let mut sent = Vec::new();
    for text in ["one", "two", "three"] {
        sent.push(ann.send(&bo.jid(), text).await);
        bo.wait_text(text).await;
    }
    network.go_offline(&mut bo).await;
    network.admin().lift_fault(fault).await;

    let mark = come_back_and_drain(&mut bo).await;
    assert_eq!(ids(&bo.stanzas(mark, "message")), sent, "all three, in order");
    all_confirmed(&network, &bo).await;
    ann.send(&bo.jid(), "four").await;
    bo.wait_text("four").await;
    assert_eq!(bo.texts(), ["one", "two", "three", "four"], "each shown once");
}

#[tokio::test]
async fn what_the_application_could_not_store_is_kept_for_it() {
    let network = Network::start().await;
    let commits = Commits::broken();
    let linking = Linking {
        commits: Some(commits.clone()),
        ..Linking::default()
    };
    let ann = network.client("Ann").await;
    let mut bo = network.client_with("Bo", linking).await;
    let first = ann.send(&bo.jid(), "first").await;
    let second = ann.send(&bo.jid(), "second").await;
    bo.wait_stanza("the second message", |node| attr(node, "id") == second)
        .await;
    network.go_offline(&mut bo).await;
    assert_eq!(bo.texts(), Vec::<String>::new(), "nothing was stored");

    commits.mend();
    let mark = come_back_and_drain(&mut bo).await;
    bo.wait_text("second").await;
    assert_eq!(ids(&bo.stanzas(mark, "message")), [first, second]);
    assert_eq!(bo.texts(), ["first", "second"]);
    all_confirmed(&network, &bo).await;
}

#[tokio::test]
async fn receipts_wait_as_well() {
    let network = Network::start().await;
    let (mut ann, bo) = tokio::join!(network.client("Ann"), network.client("Bo"));
    let id = ann.send(&bo.jid(), "read this when I am gone").await;
    let received = bo.wait_text("read this when I am gone").await;
    ann.wait_receipt(&id, wacore::types::presence::ReceiptType::Delivered)
        .await;
    network.go_offline(&mut ann).await;
    let chat = received.info.source.chat.clone();
    bo.library().mark_as_read(&chat, None, &[&id]).await.unwrap();
    wait_until(DEADLINE, "the receipt to wait", async || {
        let device = network.device(&ann).await;
        if device["pending"].as_u64() > Some(0) {
            Ok(())
        } else {
            Err(device)
        }
    })
    .await;

    let mark = come_back_and_drain(&mut ann).await;
    let offline = ann
        .wait_from(mark, "the read receipt", |event| match event {
            Event::Receipt(receipt) if receipt.message_ids.contains(&id) => Some(receipt.offline),
            _ => None,
        })
        .await;
    assert!(offline);
}

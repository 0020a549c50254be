use serde_json::json;
use wacore_binary::builder::NodeBuilder;

use super::{SHOP, fault, hits, say};
use crate::support::{attr, child, linked, network, ready};

#[tokio::test]
async fn a_swallowed_request_gets_no_answer() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    let id = fault(
        &admin,
        json!({"match": {"xmlns": "w:p"}, "action": {"kind": "swallow"}, "count": 1}),
    )
    .await;
    client.ask("get", "w:p", vec![]).await;
    let heard = client.ask("get", "w:p", vec![]).await;
    assert_eq!(client.reply_ids(1).await, [heard]);
    assert_eq!(hits(&admin, id).await, 1);
}

#[tokio::test]
async fn what_was_never_written_comes_with_the_next_login() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let strike = json!({
        "match": {"direction": "out", "tag": "message", "ids": ["LOST"]}, "action": {"kind": "swallow"}
    });
    let id = fault(&admin, strike).await;
    for (message, text) in [("LOST", "one"), ("SEEN", "two")] {
        let body = json!({"to": SHOP, "text": text, "id": message});
        admin.post("/phones/15550000002/messages", body).await;
    }
    let first = client.expect_tag("message").await;
    assert_eq!(attr(&first, "id"), "SEEN");
    assert_eq!(hits(&admin, id).await, 1);
    admin.post("/reset", json!({})).await;

    let mut client = device.log_in(&admin).await;
    let waited = client.activate().await;
    let lost = waited
        .iter()
        .find(|node| attr(node, "id") == "LOST")
        .expect("redelivered");
    assert_eq!(device.open(lost).await.conversation.as_deref(), Some("one"));
}

#[tokio::test]
async fn duplicates_are_handled_and_written_twice() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    fault(
        &admin,
        json!({"match": {"xmlns": "w:p"}, "action": {"kind": "duplicate"}, "count": 1}),
    )
    .await;
    let ping = client.ask("get", "w:p", vec![]).await;
    assert_eq!(client.reply_ids(2).await, [ping.clone(), ping]);

    let strike =
        json!({"match": {"direction": "out", "tag": "message"}, "action": {"kind": "duplicate"}, "count": 1});
    fault(&admin, strike).await;
    let body = json!({"to": SHOP, "text": "twice", "id": "TWIN"});
    admin.post("/phones/15550000002/messages", body).await;
    for _ in 0..2 {
        assert_eq!(attr(&client.expect_tag("message").await, "id"), "TWIN");
    }
}

#[tokio::test]
async fn a_delay_holds_up_what_comes_behind() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    for direction in ["in", "out"] {
        let action = json!({"kind": "delay", "ms": 200, "jitter_ms": 50});
        fault(
            &admin,
            json!({"match": {"tag": "iq", "direction": direction}, "action": action, "count": 1}),
        )
        .await;
        let start = std::time::Instant::now();
        let first = client.ask("get", "w:p", vec![]).await;
        let second = client.ask("get", "w:p", vec![]).await;
        assert_eq!(client.reply_ids(2).await, [first, second], "{direction}");
        assert!(
            start.elapsed().as_millis() >= 200,
            "{direction}: {:?}",
            start.elapsed()
        );
    }
}

#[tokio::test]
async fn a_window_changes_the_order() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    for direction in ["in", "out"] {
        let action = json!({"kind": "reorder", "window": 4, "ms": 10_000});
        fault(
            &admin,
            json!({"match": {"tag": "iq", "direction": direction}, "action": action, "count": 4}),
        )
        .await;
        let mut asked = Vec::new();
        for _ in 0..4 {
            asked.push(client.ask("get", "w:p", vec![]).await);
        }
        let mut answered = client.reply_ids(4).await;
        assert_ne!(answered, asked, "{direction}");
        answered.sort();
        asked.sort();
        assert_eq!(answered, asked, "{direction}");
    }
}

#[tokio::test]
async fn a_window_that_does_not_fill_lets_go_in_time() {
    let (_sandbox, admin) = network().await;
    let mut client = linked(&admin, SHOP).await.log_in(&admin).await;
    for direction in ["in", "out"] {
        let action = json!({"kind": "reorder", "window": 4, "ms": 50});
        fault(
            &admin,
            json!({"match": {"tag": "iq", "direction": direction}, "action": action, "count": 1}),
        )
        .await;
        let asked = client.ask("get", "w:p", vec![]).await;
        assert_eq!(client.reply_ids(1).await, [asked], "{direction}");
    }
}

#[tokio::test]
async fn a_corrupt_message_is_good_when_it_comes_again() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    fault(
        &admin,
        json!({"action": {"kind": "corrupt"}, "scope": {"account": SHOP}, "count": 1}),
    )
    .await;
    let body = json!({"to": SHOP, "text": "whole", "id": "BROKEN"});
    admin.post("/phones/15550000002/messages", body).await;
    let broken = client.expect_tag("message").await;
    assert!(!device.opens(&broken).await, "a bit has changed");
    let retry = NodeBuilder::new("receipt")
        .attr("to", attr(&broken, "from"))
        .attr("id", "BROKEN")
        .attr("type", "retry")
        .children([NodeBuilder::new("retry")
            .attr("count", "1")
            .attr("id", "BROKEN")
            .attr("v", "1")
            .build()])
        .build();
    client.send(retry).await;
    let again = client.expect_tag("message").await;
    assert_eq!(device.open(&again).await.conversation.as_deref(), Some("whole"));
}

#[tokio::test]
async fn a_corrupt_message_makes_a_phone_ask_again() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let strike = json!({"action": {"kind": "corrupt"}, "match": {"direction": "in"}, "count": 1});
    fault(&admin, strike).await;
    say(&mut device, &mut client, "M1", "hello").await;
    let retry = client
        .expect("a retry receipt", |node| attr(node, "type") == "retry")
        .await;
    assert_eq!(attr(&retry, "id"), "M1");
    child(&retry, "keys");
}

use serde_json::json;
use wacore_binary::{Jid, Node, builder::NodeBuilder};

use crate::support::{attr, child, network, ready};

const READER: &str = "15550000002";
const SHOP: &str = "15550000100";

fn presence(kind: &'static str) -> Node {
    NodeBuilder::new("presence").attr("type", kind).build()
}

#[tokio::test]
async fn who_subscribes_sees_people_come_and_go() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let subscribe = NodeBuilder::new("presence")
        .attr("type", "subscribe")
        .attr("to", Jid::pn(READER))
        .build();
    client.send(subscribe).await;
    let now = client.expect_tag("presence").await;
    assert_eq!(
        (attr(&now, "type"), attr(&now, "last")),
        ("unavailable".into(), "none".into())
    );

    let path = format!("/phones/{READER}/presence");
    admin.post(&path, json!({"available": true})).await;
    let here = client.expect_tag("presence").await;
    assert_eq!(attr(&here, "type"), "available");
    admin.post(&path, json!({"available": false})).await;
    let gone = client.expect_tag("presence").await;
    assert_eq!(attr(&gone, "type"), "unavailable");
    assert!(attr(&gone, "last").parse::<u64>().is_ok(), "with the time");
}

#[tokio::test]
async fn a_phone_watches_devices_and_sees_them_type() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    admin
        .post(&format!("/phones/{READER}/watch"), json!({"jid": SHOP}))
        .await;
    client.send(presence("available")).await;
    let typing = NodeBuilder::new("chatstate")
        .attr("to", Jid::pn(READER))
        .children([NodeBuilder::new("composing").attr("media", "audio").build()])
        .build();
    client.send(typing).await;
    client.send(presence("unavailable")).await;
    let mut seen = Vec::new();
    let mut since = json!(0);
    while seen.len() < 4 {
        let page = admin
            .get(&format!("/phones/{READER}/inbox?since={since}&wait=10"))
            .await;
        since = page["next"].clone();
        let entries = page["entries"].as_array().expect("entries");
        assert!(!entries.is_empty(), "only {seen:?}");
        seen.extend(
            entries
                .iter()
                .map(|entry| format!("{} {}", entry["kind"], entry["type"])),
        );
    }
    let word = |kind: &str, word: &str| format!("\"{kind}\" \"{word}\"");
    assert_eq!(
        seen,
        [
            word("presence", "unavailable"),
            word("presence", "available"),
            word("chatstate", "recording"),
            word("presence", "unavailable"),
        ]
    );
}

#[tokio::test]
async fn a_phone_types_and_records() {
    let (_sandbox, admin) = network().await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let path = format!("/phones/{READER}/chatstate");
    for state in ["composing", "recording", "paused"] {
        admin.post(&path, json!({"to": SHOP, "state": state})).await;
    }
    let typing = client.expect_tag("chatstate").await;
    assert_eq!(attr(child(&typing, "composing"), "media"), "");
    let recording = client.expect_tag("chatstate").await;
    assert_eq!(attr(child(&recording, "composing"), "media"), "audio");
    child(&client.expect_tag("chatstate").await, "paused");
}

#[tokio::test]
async fn last_seen_can_be_hidden() {
    let (_sandbox, admin) = network().await;
    let path = format!("/phones/{READER}/profile");
    let body = json!({"privacy": {"last": "none"}}).to_string();
    admin.request(reqwest::Method::PATCH, &path, body).await;
    let (_device, mut client) = ready(&admin, SHOP).await;
    let subscribe = NodeBuilder::new("presence")
        .attr("type", "subscribe")
        .attr("to", Jid::pn(READER))
        .build();
    client.send(subscribe).await;
    assert_eq!(attr(&client.expect_tag("presence").await, "last"), "deny");
}

//! What clients see goes by the network's clock, wherever the network writes a time.

use serde_json::json;
use wacore_binary::{Jid, Node, NodeContent, builder::NodeBuilder};

use crate::support::{attr, child, network, ready};

const SHOP: &str = "15550000100";
const READER: &str = "15550000002";
const DAY: u64 = 86_400;

/// Attributes that hold a time.
const TIMES: &[&str] = &["t", "creation", "s_t", "timestamp", "expiration", "last"];

fn times(stanza: &Node, found: &mut Vec<(String, u64)>) {
    for name in TIMES {
        if let Ok(time) = attr(stanza, name).parse() {
            found.push((format!("{} of {}", name, stanza.tag), time));
        }
    }
    if let Some(NodeContent::Nodes(children)) = &stanza.content {
        for child in children {
            times(child, found);
        }
    }
}

#[tokio::test]
async fn every_time_that_a_client_sees_follows_the_networks_clock() {
    let (_sandbox, admin) = network().await;
    let (mut device, mut client) = ready(&admin, SHOP).await;
    let clock = admin.post("/clock", json!({ "offset": DAY })).await;
    let now = clock["now"].as_u64().expect("a time");
    let mut seen = Vec::new();

    // Messages, receipts and acks, in a chat and in a group.
    let reader = Jid::pn(READER);
    device
        .send(&mut client, &reader, std::slice::from_ref(&reader), "M1", "hello")
        .await;
    let about_m1 = |tag: &'static str| move |node: &Node| node.tag == tag && attr(node, "id") == "M1";
    seen.push(client.expect("the ack", about_m1("ack")).await);
    seen.push(client.expect("the receipt", about_m1("receipt")).await);
    let participant = NodeBuilder::new("participant").attr("jid", &reader).build();
    let create = NodeBuilder::new("create")
        .attr("subject", "Trip")
        .children([participant])
        .build();
    let created = client.group_request("set", "g.us", create).await;
    let group = format!("{}@g.us", attr(child(&created, "group"), "id"));
    seen.push(created);
    let path = format!("/phones/{READER}/messages");
    admin.post(&path, json!({ "to": group, "text": "aye" })).await;
    seen.push(
        client
            .expect("a message in the group", |node| node.tag == "message")
            .await,
    );
    let subject = NodeBuilder::new("subject").bytes(b"Journey".to_vec()).build();
    client.group_request("set", &group, subject).await;
    let query = NodeBuilder::new("query").attr("request", "interactive").build();
    seen.push(client.group_request("get", &group, query).await);

    // Calls, presence, what people say of themselves, lists.
    admin
        .post(&format!("/phones/{READER}/calls"), json!({ "to": SHOP }))
        .await;
    seen.push(client.expect_tag("call").await);
    let about = json!({ "about": "At sea" });
    let (status, _) = admin
        .request(
            reqwest::Method::PATCH,
            &format!("/phones/{READER}/profile"),
            about.to_string(),
        )
        .await;
    assert!(status.is_success());
    seen.push(
        client
            .expect("the news", |node| attr(node, "type") == "status")
            .await,
    );
    let block = json!({ "jid": "15550000014", "blocked": true });
    admin.post(&format!("/phones/{SHOP}/block"), block).await;
    seen.push(client.request("get", "blocklist", vec![]).await);
    admin
        .post(&format!("/phones/{READER}/tokens"), json!({ "to": SHOP }))
        .await;
    seen.push(
        client
            .expect("a token", |node| attr(node, "type") == "privacy_token")
            .await,
    );

    let shifted = now - 60..now + 60;
    let mut found = Vec::new();
    for stanza in &seen {
        let before = found.len();
        times(stanza, &mut found);
        assert!(found.len() > before, "no time in {stanza:?}");
    }
    let wrong: Vec<_> = found.iter().filter(|(_, time)| !shifted.contains(time)).collect();
    assert!(wrong.is_empty(), "{wrong:?} of {found:?}");
    // The phone's own notes do so as well.
    let inbox = admin.get(&format!("/phones/{READER}/inbox")).await;
    let noted = inbox["entries"][0]["t"].as_u64().expect("a time");
    assert!(shifted.contains(&noted), "{inbox}");
}

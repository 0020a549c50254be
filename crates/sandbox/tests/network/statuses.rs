use reqwest::StatusCode;
use serde_json::json;
use wacore_binary::{Jid, Node, builder::NodeBuilder};

use crate::support::{Admin, Client, Device, attr, bytes, child, network, ready};

const READER: &str = "15550000002";
const SHOP: &str = "15550000100";
const STATUS: &str = "status@broadcast";

/// An update for the reader's device, with a ciphertext for all and a key for that device.
async fn post(author: &mut Device, client: &mut Client, reader: &Jid, id: &'static str) {
    let key = author.encrypt(client, reader, "the key").await;
    let to = |jid: &Jid, parts: Vec<Node>| NodeBuilder::new("to").attr("jid", jid).children(parts).build();
    let audience = [to(reader, vec![key]), to(&Jid::pn(READER), vec![])];
    let common = NodeBuilder::new("enc")
        .attr("v", "2")
        .attr("type", "skmsg")
        .bytes(vec![7; 40])
        .build();
    let update = NodeBuilder::new("message")
        .attr("to", STATUS)
        .attr("id", id)
        .attr("type", "text")
        .children([
            NodeBuilder::new("participants").children(audience).build(),
            common,
            NodeBuilder::new("meta")
                .attr("status_setting", "contacts")
                .build(),
        ])
        .build();
    client.send(update).await;
    let ack = client
        .expect("the ack", |node| node.tag == "ack" && attr(node, "id") == id)
        .await;
    assert_eq!(
        (attr(&ack, "from"), attr(&ack, "error")),
        (STATUS.to_owned(), String::new())
    );
}

fn is_update(node: &Node, id: &str) -> bool {
    node.tag == "message" && attr(node, "from") == STATUS && attr(node, "id") == id
}

async fn pending(admin: &Admin, client: &mut Client, account: &str) -> u64 {
    client.request("get", "w:p", vec![]).await;
    admin.get(&format!("/accounts/{account}")).await["devices"][0]["pending"]
        .as_u64()
        .unwrap()
}

#[tokio::test]
async fn an_update_reaches_its_audience_and_comes_back_as_seen() {
    let (_sandbox, admin) = network().await;
    let (mut author, mut writing) = ready(&admin, SHOP).await;
    let (mut reader, mut reading) = ready(&admin, READER).await;
    let before = pending(&admin, &mut reading, READER).await;
    post(&mut author, &mut writing, &reader.jid.clone(), "S1").await;
    let update = reading.expect("the update", |node| is_update(node, "S1")).await;
    assert_eq!(attr(&update, "participant"), author.jid.to_string());
    assert_eq!(attr(&update, "notify"), "Wagon Shop");
    let kinds: Vec<String> = update
        .get_children_by_tag("enc")
        .map(|enc| attr(enc, "type"))
        .collect();
    assert_eq!(kinds, ["pkmsg", "skmsg"], "the key comes first");
    let mut from_author = update.clone();
    from_author.attrs.insert("from", author.jid.to_string());
    assert_eq!(
        reader.open(&from_author).await.conversation.as_deref(),
        Some("the key")
    );
    assert_eq!(attr(child(&update, "meta"), "status_setting"), "contacts");

    let seen = NodeBuilder::new("receipt")
        .attr("to", STATUS)
        .attr("id", "S1")
        .attr("type", "read")
        .attr("participant", &author.jid)
        .build();
    reading.send(seen).await;
    // The reader's phone, which the update was not encrypted for, asks for it besides.
    let seen = |node: &Node| node.tag == "receipt" && attr(node, "type") == "read";
    let receipt = writing.expect("seen", seen).await;
    assert_eq!(attr(&receipt, "id"), "S1");
    assert_eq!(attr(&receipt, "from"), STATUS);
    assert_eq!(attr(&receipt, "participant"), format!("{READER}@s.whatsapp.net"));
    assert_eq!(
        pending(&admin, &mut reading, READER).await,
        before,
        "it is confirmed"
    );
}

#[tokio::test]
async fn an_update_that_does_not_open_is_asked_for_at_its_device() {
    let (_sandbox, admin) = network().await;
    let (mut author, mut writing) = ready(&admin, SHOP).await;
    let (reader, mut reading) = ready(&admin, READER).await;
    post(&mut author, &mut writing, &reader.jid.clone(), "S1").await;
    let update = reading.expect("the update", |node| is_update(node, "S1")).await;
    let retry = NodeBuilder::new("receipt")
        .attr("to", STATUS)
        .attr("id", "S1")
        .attr("type", "retry")
        .attr("participant", attr(&update, "participant"))
        .build();
    reading.send(retry).await;
    let device = reader.jid.to_string();
    let asks = |node: &Node| attr(node, "type") == "retry" && attr(node, "participant") == device;
    writing.expect("the request of the very device", asks).await;
    let again = NodeBuilder::new("enc")
        .attr("v", "2")
        .attr("type", "msg")
        .attr("count", "1")
        .bytes(vec![9; 40])
        .build();
    let repeated = NodeBuilder::new("message")
        .attr("to", STATUS)
        .attr("id", "S1")
        .attr("type", "text")
        .attr("participant", &reader.jid)
        .children([again])
        .build();
    writing.send(repeated).await;
    let update = reading
        .expect("the repetition", |node| is_update(node, "S1"))
        .await;
    assert_eq!(bytes(child(&update, "enc")), [9; 40]);
}

#[tokio::test]
async fn phones_show_updates_and_see_those_of_others() {
    let (_sandbox, admin) = network().await;
    let (_reader, mut reading) = ready(&admin, READER).await;
    let shown = json!({ "text": "On holiday", "id": "S1", "audience": [READER] });
    admin.post(&format!("/phones/{SHOP}/status"), shown).await;
    let update = reading.expect("the update", |node| is_update(node, "S1")).await;
    assert_eq!(attr(&update, "participant"), format!("{SHOP}@s.whatsapp.net"));
    let seen = admin.get(&format!("/phones/{READER}/inbox?wait=10")).await;
    let entry = &seen["entries"][0];
    assert_eq!(
        (&entry["text"], &entry["chat"]),
        (&json!("On holiday"), &json!(STATUS))
    );
    let told = admin.get(&format!("/phones/{SHOP}/inbox?wait=10")).await;
    assert_eq!(
        (&told["entries"][0]["kind"], &told["entries"][0]["id"]),
        (&json!("receipt"), &json!("S1"))
    );
    let nobody = json!({ "text": "?", "audience": ["15559999999"] }).to_string();
    let refused = admin.refused(&format!("/phones/{SHOP}/status"), nobody).await;
    assert_eq!(refused, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_device_without_one_time_keys_is_still_reached_and_asked_for_more() {
    let (_sandbox, admin) = network().await;
    let (mut short, mut client) = ready(&admin, SHOP).await;
    let path = format!("/accounts/{SHOP}/devices/1/keys");
    let (status, _) = admin.request(reqwest::Method::DELETE, &path, String::new()).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let call = client
        .expect("a call for keys", |node| attr(node, "type") == "encrypt")
        .await;
    assert_eq!(attr(child(&call, "count"), "value"), "0");
    let sent = json!({ "to": SHOP, "text": "without a key" });
    admin.post(&format!("/phones/{READER}/messages"), sent).await;
    let message = client.expect_tag("message").await;
    let opened = short.open(&message).await;
    assert_eq!(opened.conversation.as_deref(), Some("without a key"));
    let path = format!("/accounts/{SHOP}/devices/9/keys");
    let (status, _) = admin.request(reqwest::Method::DELETE, &path, String::new()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
